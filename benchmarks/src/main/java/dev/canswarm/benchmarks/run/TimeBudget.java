package dev.canswarm.benchmarks.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a run may take. On a busy machine one process may need most of the time until its code
 * is warm, and the others little.
 *
 * @param end when it should be over
 */
record TimeBudget(Clock clock, Instant start, Instant end) {
  private static final int QUICK_SECONDS_MAX = 135;

  /** A full run takes what it takes: no end before this. */
  private static final int FULL_SECONDS_MAX = 24 * 60 * 60;

  /** A process beside its warm-up: its start, its inputs, its iterations, on a busy machine. */
  private static final int PROCESS_MILLIS = 5_000;

  private static final int WARM_UP_MILLIS_TYPICAL = 2_500;
  private static final int WARM_UP_MILLIS_MIN = 2_500;
  private static final int WARM_UP_MILLIS_MAX = 40_000;

  /** From now on. */
  static TimeBudget of(Clock clock, boolean quick) {
    Instant now = clock.instant();
    return new TimeBudget(
        clock, now, now.plusSeconds(quick ? QUICK_SECONDS_MAX : FULL_SECONDS_MAX));
  }

  /**
   * How long the next process may warm up, so that there is time for those after it.
   *
   * @param processes that are to come, the next one counted
   */
  int warmUpMillis(int processes) {
    long others = (long) (processes - 1) * (PROCESS_MILLIS + WARM_UP_MILLIS_TYPICAL);
    long left = Duration.between(clock.instant(), end).toMillis() - PROCESS_MILLIS - others;
    return (int) Math.max(WARM_UP_MILLIS_MIN, Math.min(WARM_UP_MILLIS_MAX, left));
  }

  /** Whether there is time for another pass like those before, of which there have been so many. */
  boolean fitsAnother(int passes) {
    Duration soFar = soFar();
    return !clock.instant().plus(soFar.dividedBy(passes)).isAfter(end);
  }

  /** The same, with time set aside for other processes than the ratios'. */
  TimeBudget less(int processes) {
    long millis = (long) processes * (PROCESS_MILLIS + WARM_UP_MILLIS_TYPICAL);
    return new TimeBudget(clock, start, end.minusMillis(millis));
  }

  /** What has passed. */
  Duration soFar() {
    return Duration.between(start, clock.instant());
  }
}
