package dev.canswarm.simulation.scenario;

import dev.canswarm.envelope.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record that a dishonest participant sends at the first occasion after a time.
 *
 * @param number its index in the scenario
 */
public record Attack(int number, long atMillis, Sort sort) {

  /** The sorts of attack, with the reason for which each is refused. */
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
    /** A vote on a COMMIT that does not exist. */
    ORPHAN(Reason.PARENT_MISSING),
    /** A planner with a wrong Lamport time. */
    WRONG_TIME(Reason.BAD_LAMPORT),
    /** A planner with a plan that does not follow from the NEED. */
    OTHER_PLAN(null),
    /** A worker that claims a task and does nothing. */
    IDLE_CLAIM(null),
    /** A worker that claims a task that another has claimed. */
    SECOND_CLAIM(Reason.LEASE_TAKEN),
    /** A worker that commits under another's CLAIM. */
    STOLEN_COMMIT(Reason.LEASE_TAKEN),
    /** A worker that invents a huge token. */
    HUGE_TOKEN(Reason.BAD_SHAPE),
    /** A verifier that votes both ACCEPT and REJECT. */
    EQUIVOCATION(null),
    /** A verifier that votes after the end. */
    LATE_VOTE(null),
    /** A replay of an earlier record. */
    REPLAYED_RECORD(null),
    /** A DECIDE with a stolen decider's key on other terms than the policy's. */
    FORGED_DECIDE(Reason.NOT_DERIVED),
    /** A RELEASE with a stolen coordinator's key of a task that no verifier rejected. */
    FORGED_RELEASE(Reason.NOT_DERIVED),
    /** A FINALIZE with a stolen coordinator's key of a result that no verifier accepted. */
    FORGED_FINALIZE(Reason.NOT_DERIVED);

    /** The attacks that need a stolen key. */
    public static final List<Sort> STOLEN = List.of(FORGED_DECIDE, FORGED_RELEASE, FORGED_FINALIZE);

    private final @Nullable Reason reason;

    Sort(@Nullable Reason reason) {
      this.reason = reason;
    }

    /** Whether it needs the key of a verifier. */
    public boolean needsVerifier() {
      return this == ORPHAN || this == EQUIVOCATION || this == LATE_VOTE;
    }

    /** Whether it needs the key of an agent that is honest itself. */
    public boolean needsStolenKey() {
      return STOLEN.contains(this);
    }

    /** Returns why it is dead-lettered, or null if it may be accepted or superseded. */
    public @Nullable Reason reason() {
      return reason;
    }
  }
}
