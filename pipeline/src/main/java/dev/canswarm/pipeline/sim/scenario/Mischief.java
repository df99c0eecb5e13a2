package dev.canswarm.pipeline.sim.scenario;

import dev.canswarm.envelope.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody dishonest sends, from then on at the first occasion.
 *
 * @param number its place in the scenario
 */
public record Mischief(int number, long atMillis, Sort sort) {

  /** What sort of mischief, and why it is refused. */
  public enum Sort {
    NO_JSON(Reason.MALFORMED_JSON),
    NO_JSON_ON_INTAKE(Reason.MALFORMED_JSON),
    NO_ENVELOPE(Reason.BAD_SHAPE),
    NO_NEED_ON_INTAKE(Reason.BAD_SHAPE),
    TOMBSTONE(Reason.BAD_SHAPE),
    OTHER_ID(Reason.BAD_ID),
    OTHER_PAYLOAD(Reason.BAD_PAYLOAD_HASH),
    OTHER_SIGNATURE(Reason.BAD_SIGNATURE),
    FORGED_SENDER(Reason.BAD_SIGNATURE),
    OTHER_VERB(Reason.UNKNOWN_KIND),
    OTHER_TOPIC(Reason.WRONG_TOPIC),
    OTHER_SWARM(Reason.WRONG_SWARM),
    OTHER_POLICY(Reason.POLICY_MISMATCH),
    OTHER_KEY(Reason.BAD_THREAD_ID),
    ILLEGAL_THREAD_ON_INTAKE(Reason.BAD_THREAD_ID),
    HUGE_PAYLOAD(Reason.TOO_LARGE),
    UNLISTED_SENDER(Reason.SENDER_NOT_AUTHORISED),
    SENDER_OF_ANOTHER_ROLE(Reason.SENDER_NOT_AUTHORISED),
    CYCLE_ON_INTAKE(Reason.BAD_PLAN),
    /** A vote on a COMMIT that nobody ever saw. */
    ORPHAN(Reason.PARENT_MISSING),
    /** A planner that miscounts. */
    WRONG_TIME(Reason.BAD_LAMPORT),
    /** A planner with a plan of its own. */
    OTHER_PLAN(null),
    /** A worker that claims and then does nothing. */
    IDLE_CLAIM(null),
    /** A worker that claims what another has claimed. */
    SECOND_CLAIM(Reason.LEASE_TAKEN),
    /** A worker that commits under another's claim. */
    STOLEN_COMMIT(Reason.LEASE_TAKEN),
    /** A worker that makes up a huge token. */
    HUGE_TOKEN(Reason.BAD_SHAPE),
    /** A verifier that says both yes and no. */
    EQUIVOCATION(null),
    /** A verifier that votes once all is over. */
    LATE_VOTE(null),
    /** What was sent before, once more. */
    REPLAYED_RECORD(null);

    private final @Nullable Reason reason;

    Sort(@Nullable Reason reason) {
      this.reason = reason;
    }

    /** Whether it takes the key of a verifier. */
    public boolean needsVerifier() {
      return this == ORPHAN || this == EQUIVOCATION || this == LATE_VOTE;
    }

    /** Why it is dead-lettered, or null where it may be taken, or be superseded. */
    public @Nullable Reason reason() {
      return reason;
    }
  }
}
