package dev.canswarm.benchmarks.ratio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Times in milliseconds, of clocks that only the test moves. */
class WarmUpTest {
  private static final int ENOUGH_CALLS = 6_000;
  private static final int MILLIS_MAX = 30_000;

  private static final long NANOS = 1_000_000;

  private long wall = 7_000 * NANOS;
  private long cpu = 3_000 * NANOS;
  private boolean idle = true;
  private int asked;
  private final WarmUp warmUp =
      new WarmUp(
          () -> wall,
          () -> cpu,
          () -> {
            asked++;
            return idle;
          },
          MILLIS_MAX);

  private boolean doneAfter(long wallMillis, long cpuMillis, int calls) {
    wall += wallMillis * NANOS;
    cpu += cpuMillis * NANOS;
    return warmUp.done(calls);
  }

  @Test
  void codeIsWarmAfterEnoughCallsCpuTimeAndQuiet() {
    assertThat(doneAfter(500, 500, ENOUGH_CALLS)).isTrue();
    assertThat(warmUp.timedOut()).isFalse();
  }

  @Test
  void fewCallsAreNotEnoughHoweverLongTheyTake() {
    assertThat(doneAfter(20_000, 20_000, ENOUGH_CALLS - 1)).isFalse();
    assertThat(doneAfter(50, 0, ENOUGH_CALLS)).isTrue();
  }

  @Test
  void timeInWhichOthersHadTheProcessorDoesNotCount() {
    assertThat(doneAfter(10_000, 499, ENOUGH_CALLS)).isFalse();
    assertThat(doneAfter(50, 1, ENOUGH_CALLS)).isTrue();
  }

  @Test
  void compilingBeginsTheQuietAgain() {
    idle = false;
    assertThat(doneAfter(5_000, 5_000, ENOUGH_CALLS)).isFalse();
    idle = true;
    assertThat(doneAfter(299, 299, ENOUGH_CALLS)).isFalse();
    assertThat(doneAfter(50, 50, ENOUGH_CALLS)).isTrue();
  }

  @Test
  void quietWithoutWorkIsNoQuiet() {
    idle = false;
    assertThat(doneAfter(5_000, 5_000, ENOUGH_CALLS)).isFalse();
    idle = true;
    assertThat(doneAfter(5_000, 149, ENOUGH_CALLS)).isFalse();
    assertThat(doneAfter(50, 1, ENOUGH_CALLS)).isTrue();
  }

  @Test
  void theCompilersAreNotAskedAllTheTime() {
    for (int i = 0; i < 10; i++) {
      assertThat(doneAfter(4, 100, ENOUGH_CALLS)).isFalse();
    }
    assertThat(asked).isZero();
    assertThat(doneAfter(300, 100, ENOUGH_CALLS)).isTrue();
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void measuringBeginsInTheEndAlsoIfTheCodeIsNotWarm() {
    idle = false;
    assertThat(doneAfter(MILLIS_MAX - 1, 0, 1)).isFalse();
    assertThat(warmUp.timedOut()).isFalse();
    assertThat(doneAfter(1, 0, 1)).isTrue();
    assertThat(warmUp.timedOut()).isTrue();
  }
}
