package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.Kind;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import java.nio.charset.StandardCharsets;

/** Rows to store. */
public final class TestRows {
  private TestRows() {}

  /** A candidate. */
  public static SlotRow row(String scope, String slot, Kind kind, String content) {
    return row(scope, slot, kind.name(), content);
  }

  static SlotRow row(String scope, String slot, String kind, String content) {
    return new SlotRow(
        scope,
        slot,
        "id of " + content,
        scope,
        "thread-1",
        kind,
        "a2V5",
        3,
        1_700_000_000_123_456_789L,
        content.getBytes(StandardCharsets.UTF_8),
        "[]",
        0);
  }

  static OpenNeed timer(String needId, long dueMillis) {
    return new OpenNeed(needId, "thread-1", null, 1, dueMillis, 0);
  }
}
