package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.stage.StageName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StageMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StageMeters meters = new StageMeters(registry);

  @Test
  void timesAndCountsEachStageApart() {
    meters.passed(0, StageName.STORE, 3, 5_000_000);
    meters.passed(1, StageName.STORE, 1, 7_000_000);
    meters.passed(1, StageName.REACT, 1, 1_000_000);
    assertThat(registry.get("swarm.stage").tag("stage", "store").timer())
        .satisfies(
            timer -> {
              assertThat(timer.count()).isEqualTo(2);
              assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(12);
            });
    assertThat(registry.get("swarm.stage.inputs").tag("stage", "store").summary().totalAmount())
        .isEqualTo(4);
  }

  @Test
  void aClockThatWentBackTellsNothingOfTheTime() {
    meters.passed(0, StageName.STORE, 3, -1);
    assertThat(registry.get("swarm.stage").timer().count()).isZero();
    assertThat(registry.get("swarm.stage.inputs").summary().count()).isEqualTo(1);
  }
}
