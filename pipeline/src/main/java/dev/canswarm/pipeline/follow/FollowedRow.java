package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * One row of the op-log, as far as followers need it. Immutable.
 *
 * @param slot that it fills; of a dead letter the topic, partition and offset of the record
 * @param id the message's id
 * @param needId null if it belongs to no NEED
 * @param kind a verb, {@code VERDICT} or {@code DEAD_LETTER}
 * @param sender base64 of the public key; empty for an unsigned row
 * @param storedMillis by PostgreSQL's clock
 * @param text the parts of its content that are shown
 */
public record FollowedRow(
    Position position,
    String slot,
    String id,
    @Nullable NeedId needId,
    ThreadId threadId,
    String kind,
    String sender,
    long lamport,
    long storedMillis,
    MessageText text) {}
