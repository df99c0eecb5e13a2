package dev.canswarm.simulation;

import dev.canswarm.simulation.check.Invariant;
import dev.canswarm.simulation.check.InvariantViolation;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Shrinks a failing scenario: leaves out faults, attacks and NEEDs, first halves, then single ones,
 * as long as the same invariant is still violated.
 */
final class Shrinker {
  /** Most runs to shrink one failure. */
  private static final int RUNS_MAX = 250;

  private final Supplier<Overrides> overrides;
  private final BooleanSupplier timeIsUp;
  private int runs;

  /**
   * @param timeIsUp returns true when shrinking must stop
   */
  Shrinker(Supplier<Overrides> overrides, BooleanSupplier timeIsUp) {
    this.overrides = overrides;
    this.timeIsUp = timeIsUp;
  }

  /** Returns the smallest scenario found that violates the invariant. */
  Scenario shrink(Scenario failing, Invariant invariant) {
    Scenario best = failing;
    int before;
    do {
      before = size(best);
      Scenario start = best;
      best =
          start.with(
              start.needs(),
              start.attacks(),
              less(
                  start.faults(),
                  list -> fails(start.with(start.needs(), start.attacks(), list), invariant)));
      Scenario rarer = best;
      best =
          rarer.with(
              rarer.needs(),
              less(
                  rarer.attacks(),
                  list -> fails(rarer.with(rarer.needs(), list, rarer.faults()), invariant)),
              rarer.faults());
      Scenario calmer = best;
      best =
          calmer.with(
              less(
                  calmer.needs(),
                  list -> fails(calmer.with(list, calmer.attacks(), calmer.faults()), invariant)),
              calmer.attacks(),
              calmer.faults());
    } while (size(best) < before && !isOver());
    return best;
  }

  private static int size(Scenario scenario) {
    return scenario.needs().size() + scenario.attacks().size() + scenario.faults().size();
  }

  private <T> List<T> less(List<T> all, Predicate<List<T>> fails) {
    List<T> kept = all;
    for (int part = Math.max(1, all.size() / 2); part >= 1 && !kept.isEmpty(); part /= 2) {
      int from = 0;
      while (from < kept.size() && !isOver()) {
        List<T> without = new ArrayList<>(kept.subList(0, from));
        without.addAll(kept.subList(Math.min(kept.size(), from + part), kept.size()));
        if (fails.test(without)) {
          kept = without;
        } else {
          from += part;
        }
      }
    }
    return kept;
  }

  private boolean fails(Scenario scenario, Invariant invariant) {
    runs++;
    return new Simulation(scenario, overrides.get(), 0)
        .run()
        .violation()
        .map(InvariantViolation::invariant)
        .filter(invariant::equals)
        .isPresent();
  }

  private boolean isOver() {
    return runs >= RUNS_MAX || timeIsUp.getAsBoolean();
  }
}
