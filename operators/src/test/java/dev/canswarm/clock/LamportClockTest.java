package dev.canswarm.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LamportClockTest {

  @Property(tries = 500)
  void everyTimeIsLaterThanAllBeforeAndThanWhatWasObserved(
      @ForAll @LongRange(min = 0, max = 1L << 40) long start,
      @ForAll List<@LongRange(min = -1, max = 1L << 40) Long> events) {
    var clock = new LamportClock(start);
    long last = start;
    for (long event : events) {
      long time = event < 0 ? clock.tick() : clock.observe(event);
      assertThat(time).isEqualTo(Math.max(last, event) + 1);
      assertThat(clock.current()).isEqualTo(time);
      last = time;
    }
  }

  @Property(tries = 100)
  void aClockBuiltFromTheLastTimeGoesOnFromThere(
      @ForAll List<@LongRange(min = 0, max = 1000) Long> events) {
    var clock = new LamportClock(0);
    events.forEach(clock::observe);
    assertThat(new LamportClock(clock.current()).tick()).isGreaterThan(clock.current());
  }

  @Test
  void threadsNeverGetTheSameTime() {
    var clock = new LamportClock(0);
    long[] times =
        LongStream.range(0, 20_000)
            .parallel()
            .map(i -> i % 3 == 0 ? clock.observe(i) : clock.tick())
            .toArray();
    assertThat(LongStream.of(times).distinct().count()).isEqualTo(20_000);
    assertThat(LongStream.of(times).max()).hasValue(clock.current());
  }

  @Test
  void theLastTimeIs2ToThe53Less1() {
    var clock = new LamportClock(LamportClock.MAX - 1);
    assertThat(clock.tick()).isEqualTo((1L << 53) - 1);
    assertThatThrownBy(clock::tick)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Lamport time is used up");
    assertThat(clock.current()).isEqualTo(LamportClock.MAX);
  }

  @Test
  void aTimeThatCannotBeFollowedLeavesTheClockAsItWas() {
    var clock = new LamportClock(7);
    assertThatThrownBy(() -> clock.observe(LamportClock.MAX))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> clock.observe(LamportClock.MAX + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("remote: expected a Lamport time from 0");
    assertThatThrownBy(() -> clock.observe(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(clock.current()).isEqualTo(7);
    assertThatThrownBy(() -> new LamportClock(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
