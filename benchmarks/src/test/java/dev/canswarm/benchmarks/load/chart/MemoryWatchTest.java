package dev.canswarm.benchmarks.load.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryWatchTest {
  private long asked;
  private final MemoryWatch watch = new MemoryWatch(() -> ++asked, () -> 100 + asked);

  @Test
  void aSampleIsTakenOnceASecondHoweverOftenItIsAsked() {
    for (int tenth = 0; tenth <= 25; tenth++) {
      watch.sample(tenth / 10.0);
    }
    assertThat(watch.samples())
        .containsExactly(
            new MemorySample(0, 1, 101), new MemorySample(1, 2, 102), new MemorySample(2, 3, 103));
    assertThat(asked)
        .as("reading the memory of JVMs takes time from what is measured")
        .isEqualTo(3);
  }

  @Test
  void aLongRunKeepsItsFirstHour() {
    for (int second = 0; second < 4_000; second++) {
      watch.sample(second);
    }
    assertThat(watch.samples()).hasSize(3_600);
    assertThat(watch.samples().get(3_599).seconds()).isEqualTo(3_599);
  }
}
