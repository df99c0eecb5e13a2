package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.health.HealthStatus.State;
import dev.canswarm.pipeline.telemetry.LaneWatch;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.StageName;
import dev.canswarm.stage.TaskPermits;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
  private final LaneWatch lanes = new LaneWatch(nanos::get, 4, StageMeter.NONE);

  @Test
  void lanesThatMoveAreUp() {
    lanes.entered(2, StageName.STORE);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(NodeHealth.TURN_MILLIS_MAX));
    assertThat(NodeHealth.lanes(lanes, Optional.empty()).state()).isEqualTo(State.UP);
    assertThat(NodeHealth.lanes(lanes, Optional.empty()).detail()).isEqualTo("1 busy");
  }

  @Test
  void aTurnThatStaysInAStageIsDownAndNamed() {
    lanes.entered(2, StageName.STORE);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(NodeHealth.TURN_MILLIS_MAX + 1));
    assertThat(NodeHealth.lanes(lanes, Optional.empty()).state()).isEqualTo(State.DOWN);
    assertThat(NodeHealth.lanes(lanes, Optional.empty()).detail())
        .isEqualTo("lane 2 has been in store for 30 s");
  }

  @Test
  void aPipelineThatStoppedIsDownAndSaysWhy() {
    Throwable refused = new IllegalStateException("permission denied");
    assertThat(NodeHealth.lanes(lanes, Optional.of(refused)).state()).isEqualTo(State.DOWN);
    assertThat(NodeHealth.lanes(lanes, Optional.of(refused)).detail())
        .isEqualTo("the pipeline stopped: permission denied");
  }

  @Test
  void noRoomForGrantsIsDegraded() {
    assertThat(NodeHealth.tasks(usage(TaskPermits.GRANTS_MAX - 1), 0, 64).state())
        .isEqualTo(State.UP);
    assertThat(NodeHealth.tasks(usage(TaskPermits.GRANTS_MAX), 0, 64).state())
        .isEqualTo(State.DEGRADED);
    assertThat(NodeHealth.tasks(usage(TaskPermits.GRANTS_MAX), 0, 64).detail())
        .endsWith(" to be claimed: no room for more");
  }

  @Test
  void oneThreadThatHangsIsDegradedAndCounted() {
    assertThat(NodeHealth.tasks(usage(1), 0, 64).state()).isEqualTo(State.UP);
    assertThat(NodeHealth.tasks(usage(1), 1, 64).state()).isEqualTo(State.DEGRADED);
    assertThat(NodeHealth.tasks(usage(1), 1, 64).detail())
        .endsWith("task code hangs on 1 of at most 64 threads that are replaced");
  }

  private static TaskPermits.Usage usage(int grants) {
    return new TaskPermits.Usage(1, 4, 2, grants);
  }
}
