package dev.canswarm.stage;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Topics;
import java.util.Set;
import java.util.TreeSet;

/**
 * Admission: how many NEEDs may be open here at once. Two gates with a count of their own. The
 * intake stops at half of the bound, on NEEDs that are stored and intake records on their way; the
 * NEED topic stops at the bound, on NEEDs that came from it. So neither waits for the other: what
 * the intake let through still comes, and what came can end, since no other topic ever stops. Each
 * gate opens again some way below its bound. Thread-safe.
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
   * @param openMax NEEDs open at once, at least 2; whoever is neither planner nor gateway counts
   *     nothing, since it begins nothing
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
   * The NEEDs that are open changed.
   *
   * @param storedBy so many more, or less, are stored and not over
   * @param deliveredBy of these, those that came from their topic
   */
  synchronized void changed(int storedBy, int deliveredBy) {
    stored += storedBy;
    delivered += deliveredBy;
    hold();
  }

  /** So many intake records more, or less, are here and are no stored and sent NEED yet. */
  synchronized void submitted(int by) {
    submitted += by;
    hold();
  }

  /** How many NEEDs that are stored and not over count here. */
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
