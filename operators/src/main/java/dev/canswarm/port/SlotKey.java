package dev.canswarm.port;

import java.util.Comparator;

/**
 * The key of a slot. Its order is the order in which every write takes its locks, so that two
 * writes that meet do not deadlock.
 */
public record SlotKey(String scope, String slot) implements Comparable<SlotKey> {
  /** The scope of the control chain. No NEED and no thread has this name. */
  public static final String CONTROL_SCOPE = "#control";

  private static final Comparator<SlotKey> ORDER =
      Comparator.comparing(SlotKey::scope).thenComparing(SlotKey::slot);

  private static final String CONTROL = "CONTROL/";

  /** The key of the slot of an entry of the control chain. */
  public static SlotKey ofControl(long number) {
    return new SlotKey(CONTROL_SCOPE, CONTROL + number);
  }

  /**
   * Returns the number of the entry of the control chain that fills this slot.
   *
   * @throws RuntimeException for the slot of anything else: a defect of the caller
   */
  public long controlNumber() {
    return Long.parseLong(slot.substring(CONTROL.length()));
  }

  /** The key of the slot that a row fills, or wants to fill. */
  public static SlotKey of(SlotRow row) {
    return new SlotKey(row.scope(), row.slot());
  }

  @Override
  public int compareTo(SlotKey other) {
    return ORDER.compare(this, other);
  }
}
