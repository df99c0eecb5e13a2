package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.canswarm.benchmarks.load.failure.BenchExit;
import org.junit.jupiter.api.Test;

class SightSummaryTest {
  private static Summary run(int exit, double perSecond, double cpuMillis) {
    return new Summary(
        exit, new Figures().put("needs_per_s", perSecond).put("cpu_ms_per_need_total", cpuMillis));
  }

  @Test
  void theRatesAreThoseOfAllNeedsTogether() {
    var summary = new SightSummary.Builder();
    summary.alone(run(BenchExit.OK, 100, 4));
    summary.alone(run(BenchExit.OK, 300, 2));
    summary.watched(run(BenchExit.OK, 120, 3));
    summary.watched(run(BenchExit.OK, 120, 6));
    summary.seen(5, 1);
    SightSummary built = summary.build();
    assertThat(built.exit()).isEqualTo(BenchExit.OK);
    assertThat(built.figures().number("needs_per_s_alone")).isCloseTo(150, within(0.01));
    assertThat(built.figures().number("throughput_kept")).isCloseTo(0.8, within(0.001));
    assertThat(built.figures().number("cpu_ratio")).isCloseTo(1.5, within(0.001));
  }

  @Test
  void aPageThatSawNothingMeasuresNothing() {
    var summary = new SightSummary.Builder();
    summary.alone(run(BenchExit.OK, 100, 4));
    summary.watched(run(BenchExit.OK, 100, 4));
    summary.seen(0, 3);
    assertThat(summary.build().exit()).isEqualTo(BenchExit.FAILED);
  }

  @Test
  void aRunThatFailedFailsTheWhole() {
    var summary = new SightSummary.Builder();
    summary.alone(run(BenchExit.OK, 100, 4));
    summary.watched(run(BenchExit.TIMED_OUT, 100, 4));
    summary.seen(5, 1);
    assertThat(summary.build().exit()).isEqualTo(BenchExit.TIMED_OUT);
  }
}
