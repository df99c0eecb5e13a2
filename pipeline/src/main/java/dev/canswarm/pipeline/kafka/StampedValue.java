package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record, stamped with the assignment under which it was polled.
 *
 * @param value null for a tombstone; only the beginning of a value that was cut
 * @param cut length and hash of the whole value if it was cut, or null
 * @param unreadable why the record cannot be read; null for every record that was read
 * @param assignment null between deserialisation and the end of the poll, never afterwards
 */
@SuppressWarnings("ArrayRecordComponent")
record StampedValue(
    byte @Nullable [] value,
    Delivery.@Nullable Cut cut,
    @Nullable String unreadable,
    @Nullable Assignment assignment) {
  /** Marks a record for which the poll has no room; it is polled again. */
  static final StampedValue NO_ROOM = new StampedValue(null, null, null, null);

  /** A value that was read. */
  static StampedValue of(byte[] value, Delivery.@Nullable Cut cut) {
    return new StampedValue(value, cut, null, null);
  }

  /** Placeholder for a record that cannot be read. */
  static StampedValue unreadable(String reason) {
    return new StampedValue(null, null, reason, null);
  }

  /** The same value, polled under that assignment. */
  StampedValue under(Assignment polled) {
    return new StampedValue(value, cut, unreadable, polled);
  }

  /** A tombstone, polled under that assignment. */
  static StampedValue tombstone(Assignment polled) {
    return new StampedValue(null, null, null, polled);
  }

  int valueBytes() {
    return value == null ? 0 : value.length;
  }
}
