package dev.canswarm.port;

import org.jspecify.annotations.Nullable;

/**
 * A record as it came.
 *
 * @param cluster the name of the cluster it came from
 * @param key null where the record has none
 * @param value null for a tombstone
 */
public record Delivery(
    String cluster,
    String topic,
    int partition,
    long offset,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Acknowledgement acknowledgement) {

  /** Tells the bus that all effects of a record, and its sends, are durable. */
  @FunctionalInterface
  public interface Acknowledgement {
    /** Never blocks; may be called from any thread, in any order of records, more than once. */
    void acknowledge();
  }
}
