package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.SlotRow;
import java.util.Comparator;

/** The key of a slot; its order is the order in which every write takes its locks. */
record SlotKey(String scope, String slot) implements Comparable<SlotKey> {
  private static final Comparator<SlotKey> ORDER =
      Comparator.comparing(SlotKey::scope).thenComparing(SlotKey::slot);

  static SlotKey of(SlotRow row) {
    return new SlotKey(row.scope(), row.slot());
  }

  @Override
  public int compareTo(SlotKey other) {
    return ORDER.compare(this, other);
  }
}
