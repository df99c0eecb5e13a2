package dev.canswarm.simulation.hostile;

import dev.canswarm.envelope.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of bad records, and the reason with which each must be refused. {@link Retirements} makes
 * the entries of the control chain that two of them are about.
 */
public enum BadSort {
  /** Not JSON. */
  NOT_JSON(Reason.MALFORMED_JSON),
  /** The beginning of a real envelope. */
  TRUNCATED(Reason.MALFORMED_JSON),
  /** A duplicate member, which readers would resolve in different ways. */
  TWICE(Reason.MALFORMED_JSON),
  /** A lone surrogate. */
  SURROGATE(Reason.MALFORMED_JSON),
  /** A number too large for a double. */
  NUMBER(Reason.MALFORMED_JSON),
  /** 100,000 nested arrays. */
  DEEP(Reason.MALFORMED_JSON),
  /** JSON that is not an object. */
  NO_OBJECT(Reason.BAD_SHAPE),
  /** A tombstone. */
  TOMBSTONE(Reason.BAD_SHAPE),
  /** A real envelope with one member more. */
  MORE_MEMBERS(Reason.BAD_SHAPE),
  /** Blanks that a batch compresses well. */
  HUGE(Reason.TOO_LARGE),
  /** A good NEED followed by more blanks than a record may have, in a compressed batch. */
  PADDED(Reason.TOO_LARGE),
  /** A real envelope of an unknown verb. */
  OTHER_KIND(Reason.UNKNOWN_KIND),
  /** A real envelope with another id. */
  OTHER_ID(Reason.BAD_ID),
  /** A real envelope that is moved to another thread. */
  MOVED_THREAD(Reason.BAD_ID),
  /** A real envelope with another payload. */
  OTHER_PAYLOAD(Reason.BAD_PAYLOAD_HASH),
  /** A real envelope with the signature of another one. */
  OTHER_SIGNATURE(Reason.BAD_SIGNATURE),
  /** A real envelope whose time is another one. */
  OTHER_TIME(Reason.BAD_LAMPORT),
  /** A real envelope on the topic of another verb. */
  OTHER_TOPIC(Reason.WRONG_TOPIC),
  /** A real envelope under another key. */
  OTHER_KEY(Reason.BAD_THREAD_ID),
  /** A well-formed NEED of another swarm. */
  OTHER_SWARM(Reason.WRONG_SWARM),
  /** A well-formed NEED under another policy. */
  OTHER_POLICY(Reason.POLICY_MISMATCH),
  /** A well-formed NEED by a key that nobody listed. */
  STRANGER(Reason.SENDER_NOT_AUTHORISED),
  /** A well-formed NEED by a client whose key an entry of the control chain has retired. */
  RETIRED_KEY(Reason.SENDER_NOT_AUTHORISED, "retired since entry 2"),
  /** A well-formed NEED under a policy that an entry of the control chain has retired. */
  RETIRED_POLICY(Reason.POLICY_MISMATCH, "policy retired since entry 4"),
  /** A well-formed PROPOSE by a client. */
  WRONG_ROLE(Reason.SENDER_NOT_AUTHORISED),
  /** An insider's PROPOSE whose time is not one more than its parent's. */
  INSIDER_TIME(Reason.BAD_LAMPORT),
  /** An insider's CLAIM that follows from the NEED. */
  INSIDER_PARENT(Reason.BAD_SHAPE),
  /** An insider's PROPOSE for an unknown NEED: it waits until the deadline. */
  ORPHAN(Reason.PARENT_MISSING),
  /** An insider's DECIDE of a live NEED that asks for fewer votes than the policy. */
  INSIDER_DECIDE(Reason.NOT_DERIVED),
  /** An insider's RELEASE of a live NEED that grants a task that is not in its plan. */
  INSIDER_RELEASE(Reason.NOT_DERIVED),
  /** An insider's FINALIZE of a live NEED: accepted, without a vote. */
  INSIDER_FINALIZE(Reason.NOT_DERIVED),
  /** A worker's CLAIM of a lease that another worker holds. */
  RIVAL_CLAIM(Reason.LEASE_TAKEN),
  /** Not JSON, in a transaction that is committed. */
  COMMITTED(Reason.MALFORMED_JSON),
  /** Plain NEED: a plan in a circle. */
  CYCLE(Reason.BAD_PLAN),
  /** Plain NEED: a task type that nobody knows. */
  NO_TYPE(Reason.UNKNOWN_TASK_TYPE),
  /** Plain NEED: under a key that is not a thread. */
  NO_THREAD(Reason.BAD_THREAD_ID),
  /** Plain NEED: an idempotency key that is in use for another payload. */
  CONFLICT(Reason.IDEMPOTENCY_CONFLICT),
  /** A real envelope once more: it has no effect. */
  REPETITION(null),
  /** An insider's second answer to a question that is answered: superseded in the audit log. */
  SECOND_ANSWER(null),
  /** A good NEED of a transaction that is aborted: it is never read. */
  ABORTED(null);

  private final @Nullable Reason reason;
  private final String detail;

  BadSort(@Nullable Reason reason) {
    this(reason, "");
  }

  BadSort(@Nullable Reason reason, String detail) {
    this.reason = reason;
    this.detail = detail;
  }

  /** Whether it is aimed at a NEED that is live when it is judged, and must be accepted. */
  boolean isAtLiveNeed() {
    return this == INSIDER_DECIDE || this == INSIDER_RELEASE || this == INSIDER_FINALIZE;
  }

  /** Whether it is sent in a transaction. */
  boolean isInTransaction() {
    return this == COMMITTED || this == ABORTED;
  }

  /** What the detail of its dead letter must contain; empty if the reason says enough. */
  String detail() {
    return detail;
  }

  /** The reason of the one dead letter; empty if there must be none. */
  public Optional<Reason> reason() {
    return Optional.ofNullable(reason);
  }
}
