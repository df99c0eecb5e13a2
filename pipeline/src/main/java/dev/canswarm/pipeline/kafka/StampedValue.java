package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record, stamped with the assignment under which it was polled.
 *
 * @param value null for a tombstone; only the beginning of a value that was cut
 * @param cut length and hash of the whole value if it was cut, or null
 * @param assignment null between deserialisation and the end of the poll, never afterwards
 */
@SuppressWarnings("ArrayRecordComponent")
record StampedValue(
    byte @Nullable [] value, Delivery.@Nullable Cut cut, @Nullable Assignment assignment) {
  /** Marks a record for which the poll has no room; it is polled again. */
  static final StampedValue NO_ROOM = new StampedValue(null, null, null);

  int valueBytes() {
    return value == null ? 0 : value.length;
  }
}
