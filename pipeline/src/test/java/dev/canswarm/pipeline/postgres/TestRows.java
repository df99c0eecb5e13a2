package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotRows;

/** Rows for tests of the store. */
public final class TestRows {
  private TestRows() {}

  /** Returns a candidate for a slot. */
  public static SlotRow row(String scope, String slot, Verb verb, String content) {
    return row(scope, slot, verb.name(), content);
  }

  static SlotRow row(String scope, String slot, String kind, String content) {
    return SlotRows.row(scope, slot, kind, content);
  }

  static OpenNeed timer(String needId, long dueMillis) {
    return new OpenNeed(new NeedId(needId), new ThreadId("thread-1"), null, 1, dueMillis, 0);
  }
}
