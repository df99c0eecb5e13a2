package dev.canswarm.simulation.hostile;

import org.jspecify.annotations.Nullable;

/**
 * One bad record.
 *
 * @param key of the record, or null
 * @param value of the record, or null for a tombstone
 */
public record BadRecord(
    BadSort sort, String topic, byte @Nullable [] key, byte @Nullable [] value) {}
