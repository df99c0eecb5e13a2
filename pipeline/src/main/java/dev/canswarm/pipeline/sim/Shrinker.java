package dev.canswarm.pipeline.sim;

import dev.canswarm.pipeline.sim.check.Invariant;
import dev.canswarm.pipeline.sim.check.Violation;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes the history of a failure shorter: leaves out faults, NEEDs and mischief, halves first and
 * single ones last, for as long as the same invariant still does not hold.
 */
final class Shrinker {
  /** Runs that one failure is worth. */
  private static final int RUNS_MAX = 250;

  private final Supplier<StandIns> standIns;
  private final BooleanSupplier timeIsUp;
  private int runs;

  /**
   * @param timeIsUp whether to be content with what there is
   */
  Shrinker(Supplier<StandIns> standIns, BooleanSupplier timeIsUp) {
    this.standIns = standIns;
    this.timeIsUp = timeIsUp;
  }

  /** The shortest that was found. */
  Scenario shrink(Scenario failing, Invariant invariant) {
    Scenario best = failing;
    int before;
    do {
      before = size(best);
      Scenario start = best;
      best =
          start.with(
              start.needs(),
              start.mischief(),
              less(
                  start.faults(),
                  list -> fails(start.with(start.needs(), start.mischief(), list), invariant)));
      Scenario rarer = best;
      best =
          rarer.with(
              rarer.needs(),
              less(
                  rarer.mischief(),
                  list -> fails(rarer.with(rarer.needs(), list, rarer.faults()), invariant)),
              rarer.faults());
      Scenario calmer = best;
      best =
          calmer.with(
              less(
                  calmer.needs(),
                  list -> fails(calmer.with(list, calmer.mischief(), calmer.faults()), invariant)),
              calmer.mischief(),
              calmer.faults());
    } while (size(best) < before && !isOver());
    return best;
  }

  private static int size(Scenario scenario) {
    return scenario.needs().size() + scenario.mischief().size() + scenario.faults().size();
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
    return new Simulation(scenario, standIns.get(), 0)
        .run()
        .violation()
        .map(Violation::invariant)
        .filter(invariant::equals)
        .isPresent();
  }

  private boolean isOver() {
    return runs >= RUNS_MAX || timeIsUp.getAsBoolean();
  }
}
