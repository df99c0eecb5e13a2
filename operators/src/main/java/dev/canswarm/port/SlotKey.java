package dev.canswarm.port;

import java.util.Comparator;

/**
 * The key of a slot. Its order is the order in which every write takes its locks, so that two
 * writes that meet do not deadlock.
 */
public record SlotKey(String scope, String slot) implements Comparable<SlotKey> {
  private static final Comparator<SlotKey> ORDER =
      Comparator.comparing(SlotKey::scope).thenComparing(SlotKey::slot);

  /** The key of the slot that a row fills, or wants to fill. */
  public static SlotKey of(SlotRow row) {
    return new SlotKey(row.scope(), row.slot());
  }

  @Override
  public int compareTo(SlotKey other) {
    return ORDER.compare(this, other);
  }
}
