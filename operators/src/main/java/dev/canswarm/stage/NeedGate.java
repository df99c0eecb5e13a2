package dev.canswarm.stage;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Topics;
import java.util.Set;
import java.util.TreeSet;

/**
 * Bounds the NEEDs that are open here at once, with two gates that have separate counts. The intake
 * pauses at half of the bound, which counts stored NEEDs and intake records on their way. The NEED
 * topic pauses at the bound, which counts the NEEDs that came from it. So neither gate waits for
 * the other: a NEED that passed the intake can still arrive, and one that arrived can end, since no
 * other topic is ever paused. Each gate reopens some way below its bound. Thread-safe.
 */
final class NeedGate {
  private static final int LOW_WATER_PERCENT = 75;

  private final Bus bus;
  private final int openMax;
  private final boolean isGateway;
  private final boolean isPlanner;
  private int stored;
  private int delivered;
  private int submitted;
  private Set<String> held = Set.of();

  /**
   * @param openMax NEEDs open at once, at least 2; a process without a planner or gateway counts
   *     nothing, since it begins no NEED
   */
  NeedGate(StageContext context, int openMax) {
    this.bus = context.bus();
    this.openMax = openMax;
    this.isGateway = context.isGateway();
    this.isPlanner = context.plays(RoleName.PLANNER);
  }

  boolean counts() {
    return isGateway || isPlanner;
  }

  /**
   * Changes the number of open NEEDs.
   *
   * @param storedBy change in the number of stored NEEDs that are not over
   * @param deliveredBy change in the number of those that came from the NEED topic
   */
  synchronized void changed(int storedBy, int deliveredBy) {
    stored += storedBy;
    delivered += deliveredBy;
    hold();
  }

  /** Changes the number of intake records that are not yet a stored and sent NEED. */
  synchronized void submitted(int by) {
    submitted += by;
    hold();
  }

  /** Returns the number of stored NEEDs that are not over and count here. */
  synchronized int open() {
    return stored;
  }

  private void hold() {
    TreeSet<String> wanted = new TreeSet<>();
    if (isGateway && stops(Topics.INTAKE, stored + submitted, openMax / 2)) {
      wanted.add(Topics.INTAKE);
    }
    if (isPlanner && stops(Verb.NEED.topic(), delivered, openMax)) {
      wanted.add(Verb.NEED.topic());
    }
    if (!wanted.equals(held)) {
      held = Set.copyOf(wanted);
      bus.hold(held);
    }
  }

  private boolean stops(String topic, int open, int max) {
    int bound = held.contains(topic) ? max * LOW_WATER_PERCENT / 100 : max;
    return open >= Math.max(1, bound);
  }
}
