package dev.canswarm.benchmarks.load.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RateScheduleTest {
  @Test
  void withoutARateEverythingIsDueAtTheStart() {
    var schedule = new RateSchedule(0);
    assertThat(schedule.dueNanos(0)).isZero();
    assertThat(schedule.dueNanos(1_000_000)).isZero();
  }

  @Test
  void withARateTheTimesAreEvenlySpacedAndDoNotDrift() {
    var schedule = new RateSchedule(3);
    assertThat(schedule.dueNanos(0)).isZero();
    assertThat(schedule.dueNanos(1)).isEqualTo(333_333_333);
    assertThat(schedule.dueNanos(3_000_000)).isEqualTo(1_000_000_000_000_000L);
  }

  @Test
  void anInvalidRateIsRefused() {
    for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new RateSchedule(rate));
    }
  }
}
