package dev.canswarm.benchmarks.load.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadVerdictTest {
  private static final List<Long> FLAT = heap(100, 0);

  @Test
  void aStackThatIsAsFastAfterwardsAsBeforePasses() {
    OverloadVerdict verdict = OverloadVerdict.of(samples(100, 2, 95), 10, 20, FLAT, false);
    assertThat(verdict.perSecondBefore()).hasValue(100);
    assertThat(verdict.perSecondDuring()).hasValue(2);
    assertThat(verdict.perSecondAfter()).hasValue(95);
    assertThat(verdict.lagMax()).isEqualTo(5_000);
    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.problems()).isEmpty();
  }

  @Test
  void oneThatStaysSlowDoesNot() {
    OverloadVerdict verdict = OverloadVerdict.of(samples(100, 2, 50), 10, 20, FLAT, false);
    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.problems())
        .containsExactly("expected at least 80 % of 100 NEEDs/s after PostgreSQL crawled, got 50");
  }

  @Test
  void aRunThatEndsWithTheBrakeSaysThatItWasTooShort() {
    OverloadVerdict verdict = OverloadVerdict.of(samples(100, 2, 95), 10, 30, FLAT, false);
    assertThat(verdict.perSecondAfter()).isEmpty();
    assertThat(verdict.problems()).singleElement().asString().contains("send more with --needs");
  }

  @Test
  void everyConditionThatDoesNotHoldIsNamed() {
    OverloadVerdict verdict =
        OverloadVerdict.of(List.of(), Double.NaN, Double.NaN, List.of(), true);
    assertThat(verdict.problems()).hasSize(4);
  }

  @Test
  void noMemoryLeftIsAFailure() {
    assertThat(OverloadVerdict.of(samples(100, 2, 100), 10, 20, FLAT, true).passed()).isFalse();
  }

  @Test
  void aHeapThatGrowsToTheEndIsAFailure() {
    assertThat(OverloadVerdict.of(samples(100, 2, 100), 10, 20, heap(100, 5), false).passed())
        .isFalse();
  }

  @Test
  void whereTheBrakeWasNeverPutOnNothingIsShown() {
    OverloadVerdict verdict =
        OverloadVerdict.of(samples(100, 2, 100), Double.NaN, Double.NaN, FLAT, false);
    assertThat(verdict.perSecondBefore()).isEmpty();
    assertThat(verdict.passed()).isFalse();
  }

  /** Ten seconds each, sampled every second. */
  private static List<OverloadVerdict.Sample> samples(int before, int during, int after) {
    List<OverloadVerdict.Sample> samples = new ArrayList<>();
    int ended = 0;
    for (int second = 0; second <= 30; second++) {
      samples.add(new OverloadVerdict.Sample(second, ended, second == 15 ? 5_000 : -1));
      ended += second < 10 ? before : second < 20 ? during : after;
    }
    return samples;
  }

  private static List<Long> heap(long mib, long growth) {
    List<Long> heap = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      heap.add((mib + growth * i) << 20);
    }
    return heap;
  }
}
