package dev.canswarm.port;

import org.jspecify.annotations.Nullable;

/**
 * An event of a node's audit log: a record that it sent, received or refused, or the end of an
 * attempt on it.
 *
 * @param topic empty if there is none
 * @param partition -1 if there is none
 * @param offset -1 if there is none
 * @param content the exact bytes; an envelope in canonical form is kept as JSON, anything else as
 *     base64; must not be written to
 * @param note a reason or a remark; empty for none
 * @param known what is known of the content, which is then not parsed again; null for nothing
 * @param gas what the policy's rules used for it; 0 if they were not asked
 */
public record AuditEvent(
    Direction direction,
    String topic,
    int partition,
    long offset,
    byte[] content,
    String note,
    @Nullable AuditContent known,
    long gas) {

  /** An event of whose content nothing is known. */
  public AuditEvent(
      Direction direction, String topic, int partition, long offset, byte[] content, String note) {
    this(direction, topic, partition, offset, content, note, null, 0);
  }

  /** The same event with the gas that was used for it. */
  public AuditEvent withGas(long used) {
    return new AuditEvent(direction, topic, partition, offset, content, note, known, used);
  }

  /**
   * An event whose content is an envelope in canonical form, made or verified by this process: a
   * caller that is wrong about it spoils the log.
   *
   * @param lamport the envelope's
   * @param note a remark; empty for none
   */
  public static AuditEvent ofEnvelope(
      Direction direction,
      String topic,
      int partition,
      long offset,
      byte[] content,
      long lamport,
      String note) {
    return new AuditEvent(
        direction,
        topic,
        partition,
        offset,
        content,
        note,
        new AuditContent(content, true, lamport),
        0);
  }

  /** Returns the parsed content; parses it unless it was parsed before. */
  public AuditContent parsed() {
    return known == null ? AuditContent.of(content) : known;
  }

  /** Whether the record was sent, received or refused; or that an attempt ended. */
  public enum Direction {
    /** Sent, as the slot holds it. */
    PUBLISHED,
    /** A record that was received, and is valid. */
    DELIVERED,
    /** Received and valid, but its slot held another answer. */
    SUPERSEDED,
    /** Refused and sent to the dead-letter topic. */
    DEAD_LETTERED,
    /** An attempt ended without a result: an {@link AttemptFailure} as JSON. */
    ATTEMPT_ENDED,
    /** Sent without an envelope. */
    RAW_PUBLISHED,
    /** Received without an envelope. */
    RAW_DELIVERED
  }
}
