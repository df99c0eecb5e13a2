package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.stage.StageMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LaneWatchTest {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
  private final List<String> passed = new ArrayList<>();
  private final StageMeter next =
      new StageMeter() {
        @Override
        public void entered(int lane, String stage) {
          passed.add("to " + stage);
        }

        @Override
        public void passed(int lane, String stage, int inputs, long took) {
          passed.add(lane + stage + inputs);
        }

        @Override
        public void stored(Verb verb, Payload payload, boolean contradicts, long sinceNeed) {
          passed.add(verb.name());
        }

        @Override
        public void deadLettered(Reason reason) {
          passed.add(reason.name());
        }
      };
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
  }

  @Test
  void theNextMeterIsToldEverything() {
    watch.entered(0, "last");
    watch.passed(0, "last", 2, 1);
    watch.stored(Verb.ATTEST, new Attest("a", true, null, null), false, -1);
    watch.deadLettered(Reason.BAD_PLAN);
    assertThat(passed).containsExactly("to last", "0last2", "ATTEST", "BAD_PLAN");
  }
}
