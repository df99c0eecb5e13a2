package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.stage.StageMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LaneWatchTest {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
  private final List<String> passed = new ArrayList<>();
  private final StageMeter next = (lane, stage, inputs, took) -> passed.add(lane + stage + inputs);
  private final LaneWatch watch = new LaneWatch(nanos::get, 4, "last", next);

  @Test
  void theTurnThatIsLongestInItsStageIsFound() {
    watch.entered(1, "first");
    nanos.addAndGet(5_000_000L);
    watch.entered(3, "first");
    nanos.addAndGet(2_000_000L);
    assertThat(watch.busy()).isEqualTo(2);
    assertThat(watch.longest()).hasValue(new LaneWatch.Busy(1, "first", 7));
    watch.passed(1, "first", 9, 7_000_000L);
    watch.entered(1, "last");
    assertThat(watch.longest()).hasValue(new LaneWatch.Busy(3, "first", 2));
  }

  @Test
  void aLaneIsFreeAfterTheLastStage() {
    watch.entered(0, "last");
    watch.passed(0, "last", 2, 1);
    assertThat(watch.busy()).isZero();
    assertThat(watch.longest()).isEmpty();
    assertThat(passed).containsExactly("0last2");
  }
}
