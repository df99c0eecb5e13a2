package dev.canswarm.pipeline.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the counts of reads become the rates of a second. */
class RateMeterTest {
  private final RateMeter meter = new RateMeter(1_000);

  private static RowCounts ends(int accepted, List<Long> tookMillis) {
    return new RowCounts(0, accepted, 0, 0, 0, tookMillis);
  }

  @Test
  void whereNothingHappenedAllIsZero() {
    assertThat(meter.take(1_500)).isEqualTo(new Rates(500, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void theCountsOfAllReadsAreAddedUp() {
    meter.add(new RowCounts(1, 2, 3, 4, 5, List.of(10L)));
    meter.add(new RowCounts(10, 20, 30, 40, 50, List.of(10L, 10L)));
    assertThat(meter.take(2_000)).isEqualTo(new Rates(1_000, 11, 22, 33, 44, 55, 3, 10, 10));
  }

  @Test
  void anEndWhoseNeedIsNotStoredCountsAndIsNotTimed() {
    meter.add(ends(1, List.of()));
    Rates rates = meter.take(2_000);
    assertThat(rates.accepted()).isEqualTo(1);
    assertThat(rates.timed()).isZero();
  }

  @Test
  void aTakingBeginsANewCountAndANewSpan() {
    meter.add(new RowCounts(1, 1, 0, 0, 0, List.of(10L)));
    meter.take(2_000);
    assertThat(meter.ageMillis(2_300)).isEqualTo(300);
    assertThat(meter.take(2_500)).isEqualTo(new Rates(500, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void quantilesAreOfTheSortedTimes() {
    List<Long> times = new ArrayList<>();
    for (long i = 100; i >= 1; i--) {
      times.add(i);
    }
    meter.add(ends(100, times));
    Rates rates = meter.take(2_000);
    assertThat(rates.timed()).isEqualTo(100);
    assertThat(rates.medianMillis()).isEqualTo(50);
    assertThat(rates.p95Millis()).isEqualTo(95);
  }

  @Test
  void ofOneTimeAllQuantilesAreIt() {
    meter.add(ends(1, List.of(7L)));
    Rates rates = meter.take(2_000);
    assertThat(rates.medianMillis()).isEqualTo(7);
    assertThat(rates.p95Millis()).isEqualTo(7);
  }

  @Test
  void aClockThatWentBackGivesNoNegativeTime() {
    meter.add(ends(1, List.of(-10L)));
    Rates rates = meter.take(2_000);
    assertThat(rates.timed()).isEqualTo(1);
    assertThat(rates.medianMillis()).isZero();
  }

  @Test
  void needsPerSecondAreThoseThatBeganOrThatEndedWhicheverAreMore() {
    meter.add(new RowCounts(30, 1, 2, 3, 100, List.of()));
    assertThat(meter.needsPerSecond(2_000)).isEqualTo(30);
    meter.add(new RowCounts(0, 20, 30, 40, 0, List.of()));
    assertThat(meter.needsPerSecond(2_000)).isEqualTo(96);
  }

  @Test
  void needsPerSecondOfLessThanASecondAreThoseSoFarAndOfMoreTheMean() {
    meter.add(new RowCounts(30, 0, 0, 0, 0, List.of()));
    assertThat(meter.needsPerSecond(1_100)).isEqualTo(30);
    assertThat(meter.needsPerSecond(2_500)).isEqualTo(20);
  }
}
