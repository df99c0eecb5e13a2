package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.nio.charset.StandardCharsets;

/** Rows for tests of the store. */
public final class SlotRows {
  private SlotRows() {}

  /** A candidate of a NEED named as its scope. Equal arguments give rows with equal bytes. */
  public static SlotRow row(String scope, String slot, String kind, String content) {
    return SlotRow.at(scope, slot)
        .id("id of " + content)
        .need(new NeedId(scope), new ThreadId("thread-1"))
        .kind(kind)
        .sender("a2V5")
        .time(3, 1_700_000_000_123_456_789L)
        .bytes(content.getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
