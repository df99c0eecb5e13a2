package dev.canswarm.benchmarks.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TenthsTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aSteadyRunHasTheSameRateInEveryTenth() {
    long[] ends = LongStream.rangeClosed(1, 1000).map(i -> i * SECOND / 100).toArray();
    assertThat(Tenths.perSecond(ends))
        .hasSize(10)
        .allSatisfy(rate -> assertThat(rate).isCloseTo(100, within(1.5)));
  }

  @Test
  void nothingEndsAtFirstWhereAllWaitsForTheEnd() {
    List<Double> rates = Tenths.perSecond(new long[] {10 * SECOND, 10 * SECOND, 10 * SECOND});
    assertThat(rates.subList(0, 9)).containsOnly(0.0);
    assertThat(rates.get(9)).isEqualTo(3.0);
  }

  @Test
  void theMeanOfTheTenthsIsTheRateOfTheRun() {
    long[] ends = {SECOND, 2 * SECOND, 9 * SECOND, 20 * SECOND};
    double mean =
        Tenths.perSecond(ends).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertThat(mean).isCloseTo(4 / 20.0, within(1e-9));
  }

  @Test
  void aRunWithoutANeedHasNoRate() {
    assertThat(Tenths.perSecond(new long[0])).hasSize(10).containsOnly(0.0);
  }
}
