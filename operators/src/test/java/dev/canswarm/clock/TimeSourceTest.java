package dev.canswarm.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimeSourceTest {

  @Test
  void millisecondsAreNanosecondsRoundedDown() {
    TimeSource before1970 = () -> -1;
    TimeSource after1970 = () -> 1_999_999;
    assertThat(before1970.epochMillis()).isEqualTo(-1);
    assertThat(after1970.epochMillis()).isEqualTo(1);
  }

  @Test
  void theSystemsTimeIsTheMachines() {
    TimeSource time = TimeSource.system();
    long before = System.currentTimeMillis();
    long nanos = time.epochNanos();
    assertThat(nanos / 1_000_000).isBetween(before - 1_000, before + 60_000);
  }

  @Test
  void aSteadyClockGoesOnWhenTheOtherOneIsSet() {
    AtomicLong wall = new AtomicLong(1_000_000_000);
    AtomicLong elapsed = new AtomicLong(-7);
    TimeSource steady = TimeSource.steady(wall::get, elapsed::get);
    assertThat(steady.epochNanos()).isEqualTo(1_000_000_000);
    wall.addAndGet(-3_600_000_000_000L);
    elapsed.addAndGet(5);
    assertThat(steady.epochNanos()).isEqualTo(1_000_000_005);
  }
}
