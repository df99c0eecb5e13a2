package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.Slot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** For what a process answers, and the timers that it writes. */
class StageContextTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final StageBench bench = new StageBench(RoleName.PLANNER, RoleName.COORDINATOR);

  @AfterEach
  void stop() {
    bench.close();
  }

  @Test
  void itPlaysTheRolesThatItWasGiven() {
    assertThat(bench.context.plays(RoleName.PLANNER)).isTrue();
    assertThat(bench.context.plays(RoleName.WORKER)).isFalse();
    assertThat(bench.context.isGateway()).isFalse();
  }

  @Test
  void itAnswersForWhatItsAgentsSaidAndForWhatAnyCoordinatorWouldSay() {
    assertThat(bench.context.answersFor(PLAYED.propose)).isTrue();
    assertThat(bench.context.answersFor(PLAYED.end)).isTrue();
    assertThat(bench.context.answersFor(PLAYED.claim)).isFalse();
    assertThat(bench.context.answersFor(PLAYED.need)).isFalse();
  }

  @Test
  void aTimerIsOfItsNeedsPartitionAndKnowsItsSlotOnceTheNeedCame() {
    NeedState state = PLAYED.state();
    assertThat(bench.context.timer(state, null, 77))
        .isEqualTo(
            new OpenNeed(
                PLAYED.need.need(), PlayedNeed.THREAD, null, bench.partition.number(), 77, 0));
    assertThat(bench.context.timer(state, Slot.need(PLAYED.need.need()), 78))
        .isEqualTo(bench.timer(PLAYED.need, 78));
  }
}
