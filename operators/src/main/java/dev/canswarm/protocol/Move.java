package dev.canswarm.protocol;

import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moves of all roles by name: the rows of the table in {@code docs/ARCHITECTURE.md}, and the
 * branches that the simulations must cover. A {@link Reaction} lists the moves that made it.
 */
public enum Move {
  /** Proposes a plan for the NEED. */
  PROPOSE(RoleName.PLANNER),

  /** Asks the gate for a plan that may be decided. */
  ASK_GATE(RoleName.DECIDER),
  /** DECIDE for the proposal that the gate admitted. */
  DECIDE_ADMITTED(RoleName.DECIDER),
  /** DECIDE for the proposal of another decider, which the gate holds. */
  DECIDE_HELD(RoleName.DECIDER),
  /**
   * Waits for another decider: the gate holds its proposal, which cannot be decided here, or not
   * yet.
   */
  AWAIT_GATE(RoleName.DECIDER),
  /** DECIDE for the own proposal after that wait. */
  DECIDE_AFTER_TIMEOUT(RoleName.DECIDER, Timer.GATE),

  /** Claims a grant. */
  CLAIM(RoleName.WORKER),
  /** Runs the task of a claim that it holds. */
  RUN(RoleName.WORKER),
  /** Commits to the artifact of a task. */
  COMMIT(RoleName.WORKER),
  /** Gives back a task that it cannot do. */
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
  /** Fills the RELEASE slot, too, after a RELEASE EXPIRED has won the END slot. */
  REPEAT_RELEASE(RoleName.COORDINATOR),
  /** RELEASE EXPIRED of a grant that excludes workers, and that no other worker has claimed. */
  REOPEN_UNCLAIMED(RoleName.COORDINATOR, Timer.UNCLAIMED),
  /** RELEASE EXPIRED of a grant whose lease ran out, or whose holder's key is compromised. */
  REOPEN_EXPIRED(RoleName.COORDINATOR, Timer.LEASE),
  /** RELEASE YIELDED of a grant that was given back. */
  REOPEN_YIELDED(RoleName.COORDINATOR),
  /** FINALIZE REJECTED, since a task was given back too often. */
  END_YIELDED(RoleName.COORDINATOR),
  /** Verdict REJECTED: K rejects. */
  VERDICT_REJECTED(RoleName.COORDINATOR),
  /** Verdict VERIFIED: K accepts more than rejects. */
  VERDICT_VERIFIED(RoleName.COORDINATOR),
  /** Verdict REJECTED: all have voted, without enough accepts or rejects. */
  VERDICT_UNDECIDED(RoleName.COORDINATOR),
  /** Verdict REJECTED: all were asked, and the remaining verifiers are silent. */
  VERDICT_SILENCE(RoleName.COORDINATOR, Timer.SILENCE),
  /** RELEASE PANEL because of a reject. */
  WIDEN_REJECTED(RoleName.COORDINATOR),
  /** RELEASE PANEL because a verifier is silent. */
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

  /** Returns the role that makes this move. */
  public RoleName role() {
    return role;
  }

  /** Returns the timer that must have run out for this move; empty if it waits for none. */
  public Optional<Timer> timer() {
    return Optional.ofNullable(timer);
  }
}
