package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.ScenarioGenerator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  private static RunResult run(Scenario scenario) {
    return new Simulation(scenario, Overrides.NONE, 0).run();
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 17, 1001})
  void theSameSeedIsTheSameRunToTheByte(long seed) {
    RunResult once = run(ScenarioGenerator.of(seed, 8));
    RunResult again = run(ScenarioGenerator.of(seed, 8));
    assertThat(again).isEqualTo(once);
    assertThat(once.digest()).hasSize(64);
  }

  @Test
  void anotherSeedIsAnotherRun() {
    assertThat(run(ScenarioGenerator.of(1, 4)).digest())
        .isNotEqualTo(run(ScenarioGenerator.of(2, 4)).digest());
  }

  @Test
  void withoutOneFaultItIsAnotherRunOfTheSameScenario() {
    Scenario whole =
        LongStream.range(1, 100)
            .mapToObj(seed -> ScenarioGenerator.of(seed, 4))
            .filter(scenario -> !scenario.faults().isEmpty())
            .findFirst()
            .orElseThrow();
    RunResult less = run(whole.with(whole.needs(), whole.attacks(), List.of()));
    assertThat(less.violation()).isEmpty();
    assertThat(less.digest()).isNotEqualTo(run(whole).digest());
  }

  @Test
  void aRunSignedWithEd25519HoldsToo() {
    RunResult result = run(ScenarioGenerator.of(7, 6).signedWith(true));
    assertThat(result.violation()).isEmpty();
    assertThat(result.outcomes().values().stream().mapToInt(Integer::intValue).sum()).isPositive();
  }

  @Test
  void timeInARunIsVirtual() {
    RunResult result = run(ScenarioGenerator.of(5, 3));
    assertThat(result.endedMillis()).isGreaterThan(1_000);
  }
}
