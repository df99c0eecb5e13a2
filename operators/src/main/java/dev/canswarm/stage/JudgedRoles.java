package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Stored.Message;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a timer may fire that treats a missing plan, claim, result or vote as a failure
 * of the role that owes it. Under load an answer may only be late: the request, or the answer,
 * still waits behind other records. So the timer fires only when the role was silent on this
 * partition number for the timer's length, or has skipped the NEED, which means that it has
 * answered a later request. The deadline is absolute and not held back. Changed between turns by
 * one lane, read within a turn by any thread.
 */
final class JudgedRoles {
  /** Time after which a timer that was held back is checked again. */
  static final long HELD_MILLIS = 1_000;

  /** The latest signs of life of a role. */
  private static final class Heard {
    /** Time of its last answer, by this process's clock. */
    long lastMillis;

    /** Time of the latest request that it has answered. */
    long latestSinceMillis = Long.MIN_VALUE;
  }

  private final Map<Timer, Heard> heard = new EnumMap<>(Timer.class);

  /**
   * Notes an envelope from the bus as a sign of life of its role, if it counts: a sender must not
   * be able to delay the end of one NEED with messages that wait for a parent that never comes.
   */
  void hear(Envelope envelope, NeedView view, long nowMillis) {
    Timer timer = judgedBy(envelope.verb());
    if (timer == null || view.byId(envelope.id()) == null) {
      return;
    }
    Message request = timer == Timer.NO_PLAN ? view.need() : firstParent(envelope, view);
    if (request == null) {
      return;
    }
    Heard role = heard.computeIfAbsent(timer, fresh -> new Heard());
    role.lastMillis = nowMillis;
    role.latestSinceMillis = Math.max(role.latestSinceMillis, request.storedMillis());
  }

  private static @Nullable Message firstParent(Envelope envelope, NeedView view) {
    return envelope.parents().isEmpty() ? null : view.byId(envelope.parents().get(0));
  }

  /** Returns the timer that waits for messages of a verb, or null. */
  static @Nullable Timer judgedBy(Verb verb) {
    return switch (verb) {
      case PROPOSE, DECIDE -> Timer.NO_PLAN;
      case CLAIM -> Timer.UNCLAIMED;
      case COMMIT, YIELD -> Timer.LEASE;
      case ATTEST -> Timer.SILENCE;
      case NEED, RELEASE, FINALIZE, CANCEL, CONTROL -> null;
    };
  }

  /** Whether a timer that has run out must wait, since the answer may be on its way. */
  boolean holdsBack(Timer timer, long sinceMillis, long afterMillis, long nowMillis) {
    Heard role = heard.get(timer);
    if (role == null || role.latestSinceMillis > sinceMillis) {
      return false;
    }
    long silentMillis = nowMillis - role.lastMillis;
    // Negative if the clock was set back: then the role counts as silent.
    return silentMillis >= 0 && silentMillis < afterMillis;
  }
}
