package dev.canswarm.protocol;

import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Timers.Timer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a role may do, by name: the rows of the table in {@code docs/ARCHITECTURE.md},
 * and the branches that a simulation has to have taken. A {@link Reaction} says by which moves it
 * came about.
 */
public enum Move {
  /** A plan for the NEED. */
  PROPOSE(Role.PLANNER),

  /** Asks the gate for a plan that may be decided. */
  ASK_GATE(Role.DECIDER),
  /** DECIDE for the proposal that the gate admitted. */
  DECIDE_ADMITTED(Role.DECIDER),
  /** DECIDE for the proposal of another decider, which the gate holds. */
  DECIDE_HELD(Role.DECIDER),
  /** The gate holds a proposal that cannot be decided here, or not yet: waits for its decider. */
  OUTWAIT_GATE(Role.DECIDER),
  /** DECIDE for the own proposal after that wait. */
  DECIDE_OUTWAITED(Role.DECIDER, Timer.GATE),

  /** Claims a grant. */
  CLAIM(Role.WORKER),
  /** Runs the task of a claim that it holds. */
  RUN(Role.WORKER),
  /** COMMIT of what was done. */
  COMMIT(Role.WORKER),
  /** Gives back what it cannot do. */
  YIELD(Role.WORKER),

  /** Accepts a plan that follows from the NEED and that it can verify. */
  ACCEPT_PLAN(Role.VERIFIER),
  /** Rejects any other plan. */
  REJECT_PLAN(Role.VERIFIER),
  /** Judges a COMMIT that it is asked about. */
  JUDGE(Role.VERIFIER),
  /** ATTEST ACCEPT. */
  ACCEPT_WORK(Role.VERIFIER),
  /** ATTEST REJECT. */
  REJECT_WORK(Role.VERIFIER),
  /** Cannot judge, and so does not vote. */
  ABSTAIN(Role.VERIFIER),

  /** FINALIZE EXPIRED. */
  END_EXPIRED(Role.COORDINATOR, Timer.DEADLINE),
  /** FINALIZE REJECTED, since no plan was decided. */
  END_NO_PLAN(Role.COORDINATOR, Timer.NO_PLAN),
  /** RELEASE READY of a task whose required tasks are verified. */
  RELEASE_READY(Role.COORDINATOR),
  /** A RELEASE EXPIRED stands in the END slot that it won: fills its own as well. */
  REPEAT_RELEASE(Role.COORDINATOR),
  /** RELEASE EXPIRED of a grant that excludes workers and that nobody else wants. */
  REOPEN_UNCLAIMED(Role.COORDINATOR, Timer.UNCLAIMED),
  /** RELEASE EXPIRED of a grant whose lease ran out. */
  REOPEN_EXPIRED(Role.COORDINATOR, Timer.LEASE),
  /** RELEASE YIELDED of a grant that was given back. */
  REOPEN_YIELDED(Role.COORDINATOR),
  /** FINALIZE REJECTED, since a task was given back too often. */
  END_YIELDED(Role.COORDINATOR),
  /** Verdict REJECTED: K rejects. */
  VERDICT_REJECTED(Role.COORDINATOR),
  /** Verdict VERIFIED: K accepts more than rejects. */
  VERDICT_VERIFIED(Role.COORDINATOR),
  /** Verdict REJECTED: all have voted, and neither is reached. */
  VERDICT_UNDECIDED(Role.COORDINATOR),
  /** Verdict REJECTED: all were asked, and those who are left are silent. */
  VERDICT_SILENCE(Role.COORDINATOR, Timer.SILENCE),
  /** RELEASE PANEL because of a reject. */
  WIDEN_REJECTED(Role.COORDINATOR),
  /** RELEASE PANEL because somebody is silent. */
  WIDEN_SILENCE(Role.COORDINATOR, Timer.SILENCE),
  /** RELEASE RETRY after a rejected attempt. */
  RETRY(Role.COORDINATOR),
  /** FINALIZE REJECTED, since the last attempt was rejected. */
  END_ATTEMPTS(Role.COORDINATOR),
  /** FINALIZE ACCEPTED. */
  END_ACCEPTED(Role.COORDINATOR);

  private final Role role;
  private final @Nullable Timer timer;

  Move(Role role) {
    this(role, null);
  }

  Move(Role role, @Nullable Timer timer) {
    this.role = role;
    this.timer = timer;
  }

  /** Whose move it is. */
  public Role role() {
    return role;
  }

  /** What must have run out for it; empty where it waits for nothing. */
  public Optional<Timer> timer() {
    return Optional.ofNullable(timer);
  }
}
