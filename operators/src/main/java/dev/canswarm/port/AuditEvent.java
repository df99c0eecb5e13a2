package dev.canswarm.port;

/**
 * Something that crossed this node's border.
 *
 * @param partition -1 where there is none
 * @param offset -1 where there is none
 * @param content the exact bytes; an envelope in canonical form is kept as JSON, anything else as
 *     base64; must not be written to
 * @param note a reason or a remark; empty for none
 */
public record AuditEvent(
    Direction direction, String topic, int partition, long offset, byte[] content, String note) {

  /** Which way, or what became of it. */
  public enum Direction {
    /** Sent, as the slot holds it. */
    PUBLISHED,
    /** Received and valid. */
    DELIVERED,
    /** Received and valid, but its slot held another answer. */
    SUPERSEDED,
    /** Refused and sent to the dead-letter topic. */
    DEAD_LETTERED,
    /** Sent without an envelope. */
    RAW_PUBLISHED,
    /** Received without an envelope. */
    RAW_DELIVERED
  }
}
