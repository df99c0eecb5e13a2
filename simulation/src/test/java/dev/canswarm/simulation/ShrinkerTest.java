package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.simulation.check.Invariant;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.ScenarioGenerator;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private final Scenario scenario = ScenarioGenerator.of(1, 4);

  @Test
  void withoutTimeTheScenarioStaysAsItIs() {
    AtomicInteger runs = new AtomicInteger();
    Shrinker shrinker =
        new Shrinker(
            () -> {
              runs.incrementAndGet();
              return Overrides.NONE;
            },
            () -> true);
    assertThat(shrinker.shrink(scenario, Invariant.P5)).isEqualTo(scenario);
    assertThat(runs).hasValue(0);
  }

  @Test
  void timeThatIsUpEndsShrinkingBetweenTwoRuns() {
    AtomicInteger runs = new AtomicInteger();
    Shrinker shrinker =
        new Shrinker(
            () -> {
              runs.incrementAndGet();
              return Overrides.NONE;
            },
            () -> runs.get() >= 2);
    assertThat(shrinker.shrink(scenario, Invariant.P5))
        .as("nothing is violated, so nothing may be left out")
        .isEqualTo(scenario);
    assertThat(runs).hasValue(2);
  }
}
