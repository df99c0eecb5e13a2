package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.protocol.Deadlines.Timer;
import org.junit.jupiter.api.Test;

class DeadlineTrackerTest {
  private static final long NOW = 10_000;

  @Test
  void aDeadlineHasPassedAtTheMillisecondThatItIsDue() {
    DeadlineTracker deadlines = new DeadlineTracker(NOW, 0);

    assertThat(deadlines.hasPassed(Timer.LEASE, 4_000, 6_000)).isTrue();
    assertThat(deadlines.hasPassed(Timer.LEASE, 4_000, 6_001)).isFalse();
  }

  @Test
  void theNextTimeIsTheEarliestThatIsStillToCome() {
    DeadlineTracker deadlines = new DeadlineTracker(NOW, 0);
    assertThat(deadlines.nextMillis()).isEqualTo(DeadlineTracker.NEVER);

    deadlines.hasPassed(Timer.SILENCE, 9_000, 5_000);
    deadlines.hasPassed(Timer.LEASE, 9_000, 3_000);
    deadlines.hasPassed(Timer.NO_PLAN, 1_000, 1_000);

    assertThat(deadlines.nextMillis()).isEqualTo(12_000);
  }

  @Test
  void afterAnOutageEveryTimerButTheDeadlineStartsAgain() {
    DeadlineTracker deadlines = new DeadlineTracker(NOW, 9_500);

    assertThat(deadlines.hasPassed(Timer.LEASE, 1_000, 1_000)).isFalse();
    assertThat(deadlines.nextMillis()).isEqualTo(10_500);
    assertThat(deadlines.hasPassed(Timer.DEADLINE, 1_000, 1_000)).isTrue();
  }
}
