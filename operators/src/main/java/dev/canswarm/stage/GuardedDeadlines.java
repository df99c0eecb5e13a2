package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.protocol.DeadlineTracker;
import dev.canswarm.protocol.Deadlines;

/**
 * The deadlines of one NEED. A timer that treats a missing answer as a failure waits while the
 * answer may be on its way (see {@link JudgedRoles}). Not thread-safe.
 */
final class GuardedDeadlines implements Deadlines {
  private final DeadlineTracker tracker;
  private final NeedTurn turn;
  private final long nowMillis;
  private long heldMillis = DeadlineTracker.NEVER;

  /** A timer that ran out for one request. */
  record RunOut(Timer timer, long sinceMillis) {}

  GuardedDeadlines(DeadlineTracker tracker, NeedTurn turn, long nowMillis) {
    this.tracker = tracker;
    this.turn = turn;
    this.nowMillis = nowMillis;
  }

  @Override
  public boolean hasPassed(Timer timer, long sinceMillis, long afterMillis) {
    if (!tracker.hasPassed(timer, sinceMillis, afterMillis)) {
      return false;
    }
    boolean judges =
        switch (timer) {
          case NO_PLAN, UNCLAIMED, LEASE, SILENCE -> true;
          case DEADLINE, GATE -> false;
        };
    if (judges && mayBeAnswered(timer, sinceMillis, afterMillis)) {
      // Check again soon; an earlier deadline stays in force.
      heldMillis = nowMillis + JudgedRoles.HELD_MILLIS;
      return false;
    }
    return true;
  }

  private boolean mayBeAnswered(Timer timer, long sinceMillis, long afterMillis) {
    Backlog backlog = turn.partition.backlog();
    Backlog.Mark waited =
        turn.state
            .ranOut()
            .computeIfAbsent(new RunOut(timer, sinceMillis), key -> backlog.mark(timer));
    return backlog.isBefore(waited)
        || hasCome(timer)
        || turn.partition.judged().holdsBack(timer, sinceMillis, afterMillis, nowMillis);
  }

  /** Whether this turn contains a message of the judged role about the NEED. */
  private boolean hasCome(Timer timer) {
    for (Input input : turn.inputs) {
      Envelope envelope =
          input instanceof Input.Arrival arrival ? NeedTurn.envelope(arrival) : null;
      if (envelope != null
          && JudgedRoles.judgedBy(envelope.verb()) == timer
          && turn.state.full().byId(envelope.id()) != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether a timer that has run out waits, since the answer may be on its way. */
  boolean holdsBack() {
    return heldMillis != DeadlineTracker.NEVER;
  }

  /** Returns when to check again, in milliseconds since 1970, or {@link DeadlineTracker#NEVER}. */
  long nextMillis() {
    return Math.min(tracker.nextMillis(), heldMillis);
  }
}
