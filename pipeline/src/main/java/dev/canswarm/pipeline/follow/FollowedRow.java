package dev.canswarm.pipeline.follow;

import java.util.Objects;

/**
 * One row of the op-log, as far as followers need it. Immutable.
 *
 * @param slot that it fills; of a dead letter the topic, partition and offset of the record
 * @param id the message's id
 * @param kind a verb, {@code VERDICT} or {@code DEAD_LETTER}
 * @param sender base64 of the public key; empty where nobody signed
 * @param storedMillis by PostgreSQL's clock
 * @param bytes of the message, where the kind is one whose content followers are told something of;
 *     otherwise empty. Must not be written to
 */
public record FollowedRow(
    Position position,
    String slot,
    String id,
    String needId,
    String threadId,
    String kind,
    String sender,
    long lamport,
    long storedMillis,
    byte[] bytes) {
  public FollowedRow {
    Objects.requireNonNull(bytes);
  }
}
