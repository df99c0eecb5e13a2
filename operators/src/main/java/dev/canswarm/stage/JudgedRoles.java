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
 * Whether a timer that judges others may fire: a plan, a claim, a result or a vote that is only
 * late, because records wait in front of those who owe it or on their way back, is not judged. It
 * fires when the judged role is silent on this partition number for the timer's length, or has
 * passed the NEED over, which is when it answered a later request. The deadline judges nobody, and
 * is absolute. Changed between turns by one lane, read within a turn by any thread.
 */
final class JudgedRoles {
  /** After so long a timer that was held back is looked at again. */
  static final long HELD_MILLIS = 1_000;

  /** What was heard of a role. */
  private static final class Heard {
    /** When it last answered, by this process's clock. */
    long lastMillis;

    /** Since when the latest request waited that it has answered. */
    long latestSinceMillis = Long.MIN_VALUE;
  }

  private final Map<Timer, Heard> heard = new EnumMap<>(Timer.class);

  /**
   * An envelope came from the bus. It tells something of its role only if it counts: nobody puts
   * off the end of one NEED by what waits in vain for another.
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

  /** The timer that judges those who say a verb, or null. */
  static @Nullable Timer judgedBy(Verb verb) {
    return switch (verb) {
      case PROPOSE, DECIDE -> Timer.NO_PLAN;
      case CLAIM -> Timer.UNCLAIMED;
      case COMMIT, YIELD -> Timer.LEASE;
      case ATTEST -> Timer.SILENCE;
      case NEED, RELEASE, FINALIZE, CANCEL -> null;
    };
  }

  /** Whether a timer that has run out must wait, since the answer may be on its way. */
  boolean holdsBack(Timer timer, long sinceMillis, long afterMillis, long nowMillis) {
    Heard role = heard.get(timer);
    if (role == null || role.latestSinceMillis > sinceMillis) {
      return false;
    }
    long silentMillis = nowMillis - role.lastMillis;
    // Negative where the clock was set back: then nobody is heard.
    return silentMillis >= 0 && silentMillis < afterMillis;
  }
}
