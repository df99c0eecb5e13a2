package dev.canswarm.benchmarks.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.canswarm.benchmarks.load.feed.RateSchedule;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private static final long MILLI = 1_000_000;

  @Test
  void percentilesAreOverAllNeeds() {
    Map<Integer, Long> ends = new HashMap<>();
    for (int number = 0; number < 1000; number++) {
      ends.put(number, (number + 1) * MILLI);
    }
    Latencies latencies = Latencies.of(new RateSchedule(0), ends);
    assertThat(latencies.p50()).isCloseTo(500, within(1.0));
    assertThat(latencies.p90()).isCloseTo(900, within(1.0));
    assertThat(latencies.p99()).isCloseTo(990, within(1.0));
    assertThat(latencies.p999()).isCloseTo(999, within(1.0));
    assertThat(latencies.max()).isCloseTo(1000, within(1.0));
  }

  @Test
  void aStallIsChargedToEveryNeedThatWasDueMeanwhile() {
    // Ten per second, of which nothing ends before the tenth second: they waited 10, 9.9, 9.8, ...
    // s.
    Map<Integer, Long> ends = new HashMap<>();
    for (int number = 0; number < 100; number++) {
      ends.put(number, 10_000 * MILLI);
    }
    Latencies latencies = Latencies.of(new RateSchedule(10), ends);
    assertThat(latencies.max()).isCloseTo(10_000, within(10.0));
    assertThat(latencies.p50()).isCloseTo(5_000, within(100.0));
  }
}
