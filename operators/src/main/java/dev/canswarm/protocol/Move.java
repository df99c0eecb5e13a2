package dev.canswarm.protocol;

import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a role may do, by name: the rows of the table in {@code docs/ARCHITECTURE.md},
 * and the branches that a simulation has to have taken. A {@link Reaction} says by which moves it
 * came about.
 */
public enum Move {
  /** A plan for the NEED. */
  PROPOSE(RoleName.PLANNER),

  /** Asks the gate for a plan that may be decided. */
  ASK_GATE(RoleName.DECIDER),
  /** DECIDE for the proposal that the gate admitted. */
  DECIDE_ADMITTED(RoleName.DECIDER),
  /** DECIDE for the proposal of another decider, which the gate holds. */
  DECIDE_HELD(RoleName.DECIDER),
  /** The gate holds a proposal that cannot be decided here, or not yet: waits for its decider. */
  AWAIT_GATE(RoleName.DECIDER),
  /** DECIDE for the own proposal after that wait. */
  DECIDE_AFTER_TIMEOUT(RoleName.DECIDER, Timer.GATE),

  /** CLAIM of a grant. */
  CLAIM(RoleName.WORKER),
  /** Runs the task of a claim that it holds. */
  RUN(RoleName.WORKER),
  /** COMMIT of what was done. */
  COMMIT(RoleName.WORKER),
  /** Gives back what it cannot do. */
  YIELD(RoleName.WORKER),

  /** Accepts a plan that follows from the NEED and that it can verify. */
  ACCEPT_PLAN(RoleName.VERIFIER),
  /** Rejects any other plan. */
  REJECT_PLAN(RoleName.VERIFIER),
  /** Judges a COMMIT that it is asked about. */
  JUDGE(RoleName.VERIFIER),
  /** ATTEST ACCEPT of a COMMIT. */
  ACCEPT_WORK(RoleName.VERIFIER),
  /** ATTEST REJECT of a COMMIT. */
  REJECT_WORK(RoleName.VERIFIER),
  /** Cannot judge, and so does not vote. */
  ABSTAIN(RoleName.VERIFIER),

  /** FINALIZE REJECTED, since the NEED was cancelled. */
  END_CANCELLED(RoleName.COORDINATOR),
  /** FINALIZE EXPIRED: the deadline has passed. */
  END_EXPIRED(RoleName.COORDINATOR, Timer.DEADLINE),
  /** FINALIZE REJECTED, since no plan was decided. */
  END_NO_PLAN(RoleName.COORDINATOR, Timer.NO_PLAN),
  /** RELEASE READY of a task whose required tasks are verified. */
  RELEASE_READY(RoleName.COORDINATOR),
  /** A RELEASE EXPIRED stands in the END slot that it won: fills its own as well. */
  REPEAT_RELEASE(RoleName.COORDINATOR),
  /** RELEASE EXPIRED of a grant that excludes workers and that nobody else wants. */
  REOPEN_UNCLAIMED(RoleName.COORDINATOR, Timer.UNCLAIMED),
  /** RELEASE EXPIRED of a grant whose lease ran out. */
  REOPEN_EXPIRED(RoleName.COORDINATOR, Timer.LEASE),
  /** RELEASE YIELDED of a grant that was given back. */
  REOPEN_YIELDED(RoleName.COORDINATOR),
  /** FINALIZE REJECTED, since a task was given back too often. */
  END_YIELDED(RoleName.COORDINATOR),
  /** Verdict REJECTED: K rejects. */
  VERDICT_REJECTED(RoleName.COORDINATOR),
  /** Verdict VERIFIED: K accepts more than rejects. */
  VERDICT_VERIFIED(RoleName.COORDINATOR),
  /** Verdict REJECTED: all have voted, and neither is reached. */
  VERDICT_UNDECIDED(RoleName.COORDINATOR),
  /** Verdict REJECTED: all were asked, and those who are left are silent. */
  VERDICT_SILENCE(RoleName.COORDINATOR, Timer.SILENCE),
  /** RELEASE PANEL because of a reject. */
  WIDEN_REJECTED(RoleName.COORDINATOR),
  /** RELEASE PANEL because somebody is silent. */
  WIDEN_SILENCE(RoleName.COORDINATOR, Timer.SILENCE),
  /** RELEASE RETRY after a rejected attempt. */
  RETRY(RoleName.COORDINATOR),
  /** FINALIZE REJECTED, since the last attempt was rejected. */
  END_ATTEMPTS(RoleName.COORDINATOR),
  /** FINALIZE ACCEPTED: every task is verified. */
  END_ACCEPTED(RoleName.COORDINATOR);

  private final RoleName role;
  private final @Nullable Timer timer;

  Move(RoleName role) {
    this(role, null);
  }

  Move(RoleName role, @Nullable Timer timer) {
    this.role = role;
    this.timer = timer;
  }

  /** The role that makes it. */
  public RoleName role() {
    return role;
  }

  /** The timer that must have run out for it; empty where it waits for none. */
  public Optional<Timer> timer() {
    return Optional.ofNullable(timer);
  }
}
