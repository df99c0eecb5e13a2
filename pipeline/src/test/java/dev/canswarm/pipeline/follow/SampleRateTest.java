package dev.canswarm.pipeline.follow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a sample becomes smaller, and when larger again. */
class SampleRateTest {
  private static final int PER_SECOND_MAX = 40;

  private final SampleRate rate = new SampleRate(PER_SECOND_MAX, 1);

  @Test
  void asManyAsAreAllowedAreAllInTheSample() {
    rate.counted(PER_SECOND_MAX);
    assertThat(rate.oneOf()).isEqualTo(1);
  }

  @Test
  void itIsThePowerOfTwoThatLeavesNoMoreThanTheBound() {
    rate.counted(PER_SECOND_MAX + 1);
    assertThat(rate.oneOf()).isEqualTo(2);
    rate.counted(1_000);
    assertThat(rate.oneOf()).isEqualTo(32);
    rate.counted(32 * PER_SECOND_MAX);
    assertThat(rate.oneOf()).isEqualTo(32);
  }

  @Test
  void itHasABound() {
    rate.counted(Integer.MAX_VALUE);
    assertThat(rate.oneOf()).isEqualTo(SampleRate.ONE_OF_MAX);
  }

  @Test
  void fewerSoFarDoNotMakeItLarger() {
    rate.counted(1_000);
    for (int i = 0; i < 100; i++) {
      rate.counted(0);
    }
    assertThat(rate.oneOf()).isEqualTo(32);
  }

  @Test
  void someCalmSecondsInARowMakeItLarger() {
    rate.counted(1_000);
    for (int second = 1; second < SampleRate.CALM_SECONDS; second++) {
      rate.passed(100);
    }
    assertThat(rate.oneOf()).isEqualTo(32);
    rate.passed(100);
    assertThat(rate.oneOf()).isEqualTo(4);
  }

  @Test
  void aSecondThatIsNotCalmBeginsTheCountAnew() {
    rate.counted(1_000);
    for (int second = 0; second < 3 * SampleRate.CALM_SECONDS; second++) {
      rate.passed(second % SampleRate.CALM_SECONDS == 0 ? 1_000 : 0);
    }
    assertThat(rate.oneOf()).isEqualTo(32);
  }

  @Test
  void itBeginsWithWhatItIsGiven() {
    assertThat(new SampleRate(PER_SECOND_MAX, 64).oneOf()).isEqualTo(64);
  }
}
