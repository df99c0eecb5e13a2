package dev.canswarm.pipeline.kafka;

import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A record's value with the assignment under which it was polled.
 *
 * @param value null for a tombstone
 * @param assignment null between deserialisation and the end of the poll, never after
 */
@SuppressWarnings("ArrayRecordComponent")
record Polled(byte @Nullable [] value, @Nullable Assignment assignment) {
  static final Deserializer<Polled> DESERIALIZER = (topic, data) -> new Polled(data, null);
}
