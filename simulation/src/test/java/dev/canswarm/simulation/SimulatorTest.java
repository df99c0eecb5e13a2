package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.simulation.Simulator.Failure;
import dev.canswarm.simulation.Simulator.Order;
import dev.canswarm.simulation.check.Invariant;
import dev.canswarm.simulation.check.InvariantViolation;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.ScenarioGenerator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class SimulatorTest {
  /** A clock by which no time passes: what is made shorter is bounded by its runs alone. */
  private static final LongSupplier STILL = () -> 0;

  private static final int NEEDS = 8;

  private static Order order(long seed, int seeds) {
    return new Order(seed, seeds, NEEDS, false, Set.of());
  }

  @Test
  void countsWhatWasReachedAndNamesWhatWasNot() {
    Simulator simulator = new Simulator(STILL).run(order(1, 2), () -> true);
    assertThat(simulator.seeds()).isEqualTo(2);
    assertThat(simulator.failures()).isEmpty();
    assertThat(simulator.coverage()).containsKeys("move/DECIDE_ADMITTED", "effect/RunTask");
    assertThat(simulator.coverage().get("move/DECIDE_ADMITTED")).isPositive();
    assertThat(simulator.unreached())
        .isNotEmpty()
        .allSatisfy(
            name ->
                assertThat(
                        name.startsWith("fault/")
                            ? simulator.faults().get(name.substring("fault/".length()))
                            : simulator.coverage().get(name))
                    .isZero());
  }

  @Test
  void stopsBetweenTwoSeeds() {
    Simulator simulator = new Simulator(STILL);
    simulator.run(order(1, 50), () -> simulator.seeds() < 2);
    assertThat(simulator.seeds()).isEqualTo(2);
  }

  @Test
  void aFailureIsMadeShorterAndWhatIsLeftStillFails() {
    Simulator simulator = new Simulator(STILL, BrokenPorts::acknowledgesFirst);
    simulator.run(order(1, 1), () -> true);
    assertThat(simulator.failures()).hasSize(1);
    Failure failure = simulator.failures().get(0);
    assertThat(failure.violation().invariant()).isEqualTo(Invariant.P5);
    assertThat(failure.scenario().needs()).hasSizeLessThanOrEqualTo(1);
    assertThat(failure.scenario().faults()).isEmpty();
    assertThat(failure.lines()).isNotEmpty();
    assertThat(failure.lines().get(failure.lines().size() - 1)).contains("VIOLATION P5");

    Scenario named =
        ScenarioSubset.of(ScenarioGenerator.of(1, NEEDS), new TreeSet<>(failure.kept()));
    Optional<InvariantViolation> again =
        new Simulation(named, BrokenPorts.acknowledgesFirst(), 0).run().violation();
    assertThat(again).contains(failure.violation());
  }
}
