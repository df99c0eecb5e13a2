package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.StageName;
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
        public void entered(int lane, StageName stage) {
          passed.add("to " + stage.label());
        }

        @Override
        public void passed(int lane, StageName stage, int inputs, long took) {
          passed.add(lane + stage.label() + inputs);
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
  private final LaneWatch watch = new LaneWatch(nanos::get, 4, next);

  @Test
  void theTurnThatIsLongestInItsStageIsFound() {
    watch.entered(1, StageName.ADMIT);
    nanos.addAndGet(5_000_000L);
    watch.entered(3, StageName.ADMIT);
    nanos.addAndGet(2_000_000L);
    assertThat(watch.busy()).isEqualTo(2);
    assertThat(watch.longest()).hasValue(new LaneWatch.Busy(1, StageName.ADMIT, 7));
    watch.passed(1, StageName.ADMIT, 9, 7_000_000L);
    watch.entered(1, StageName.ACKNOWLEDGE);
    assertThat(watch.longest()).hasValue(new LaneWatch.Busy(3, StageName.ADMIT, 2));
  }

  @Test
  void aLaneIsFreeAfterTheLastStage() {
    watch.entered(0, StageName.ACKNOWLEDGE);
    watch.passed(0, StageName.ACKNOWLEDGE, 2, 1);
    assertThat(watch.busy()).isZero();
    assertThat(watch.longest()).isEmpty();
  }

  @Test
  void theNextMeterIsToldEverything() {
    watch.entered(0, StageName.ACKNOWLEDGE);
    watch.passed(0, StageName.ACKNOWLEDGE, 2, 1);
    watch.stored(Verb.ATTEST, new Attest(new EnvelopeId("a"), true, null, null), false, -1);
    watch.deadLettered(Reason.BAD_PLAN);
    assertThat(passed).containsExactly("to acknowledge", "0acknowledge2", "ATTEST", "BAD_PLAN");
  }
}
