package dev.canswarm.port;

import dev.canswarm.envelope.RecordPosition;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read.
 *
 * @param cluster the name of the cluster that it was read from
 * @param key null if the record has none
 * @param value null for a tombstone; only the beginning of a value that was cut
 * @param cut length and hash of the whole value if it was cut, or null
 * @param unreadable why neither key nor value can be known, as of a batch that cannot be
 *     decompressed; null for every record that was read
 * @param traceparent the value of the header {@link #TRACEPARENT}, as the sender wrote it: nothing
 *     may be decided by it, and it may violate W3C's Trace Context; null if the record has none of
 *     {@link #TRACEPARENT_BYTES}, or if traces are off
 */
public record Delivery(
    String cluster,
    String topic,
    int partition,
    long offset,
    byte @Nullable [] key,
    byte @Nullable [] value,
    @Nullable Cut cut,
    @Nullable String unreadable,
    byte @Nullable [] traceparent,
    Acknowledgement acknowledgement) {

  /** The header that holds what a record belongs to. */
  public static final String TRACEPARENT = "traceparent";

  /** The length of its value. */
  public static final int TRACEPARENT_BYTES = 55;

  /** A record from there, whose value is whole. */
  public static Delivery of(
      RecordPosition source,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Acknowledgement acknowledgement) {
    return new Delivery(
        source.cluster(),
        source.topic(),
        source.partition(),
        source.offset(),
        key,
        value,
        null,
        null,
        null,
        acknowledgement);
  }

  /** The record at a position of which nothing can be read. */
  public static Delivery unreadable(
      RecordPosition source, String reason, Acknowledgement acknowledgement) {
    return new Delivery(
        source.cluster(),
        source.topic(),
        source.partition(),
        source.offset(),
        null,
        null,
        null,
        reason,
        null,
        acknowledgement);
  }

  /** The beginning of a value that was too long. */
  public static Delivery cut(
      RecordPosition source,
      byte @Nullable [] key,
      byte[] head,
      Cut cut,
      Acknowledgement acknowledgement) {
    return new Delivery(
        source.cluster(),
        source.topic(),
        source.partition(),
        source.offset(),
        key,
        head,
        cut,
        null,
        null,
        acknowledgement);
  }

  /** The same record, acknowledged in another way. */
  public Delivery with(Acknowledgement other) {
    return new Delivery(
        cluster, topic, partition, offset, key, value, cut, unreadable, traceparent, other);
  }

  /** The same record, with what its sender says it belongs to. */
  public Delivery within(byte @Nullable [] parent) {
    return new Delivery(
        cluster, topic, partition, offset, key, value, cut, unreadable, parent, acknowledgement);
  }

  /**
   * Describes a value that was longer than any record may be, so that only its beginning was kept.
   *
   * @param lengthBytes the length of the whole value
   * @param sha256 the hash of the whole value, lower-case hex
   */
  public record Cut(long lengthBytes, String sha256) {}

  /**
   * Acknowledges to the bus that all effects of a record, and the records sent because of it, are
   * durable.
   */
  @FunctionalInterface
  public interface Acknowledgement {
    /** Never blocks; may be called from any thread, in any order of records, more than once. */
    void acknowledge();
  }
}
