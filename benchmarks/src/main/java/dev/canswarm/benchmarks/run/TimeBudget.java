package dev.canswarm.benchmarks.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time limit of a run. On a busy machine, a single process may need most of the time to warm
 * up.
 *
 * @param end the instant by which the run should be finished
 */
record TimeBudget(Clock clock, Instant start, Instant end) {
  private static final int QUICK_SECONDS_MAX = 135;

  /** A full run has no practical limit, in seconds. */
  private static final int FULL_SECONDS_MAX = 24 * 60 * 60;

  /** The time of a process without its warm-up on a busy machine: start, inputs and iterations. */
  private static final int PROCESS_MILLIS = 5_000;

  private static final int WARM_UP_MILLIS_TYPICAL = 2_500;
  private static final int WARM_UP_MILLIS_MIN = 2_500;
  private static final int WARM_UP_MILLIS_MAX = 40_000;

  /** Starts a budget now. */
  static TimeBudget of(Clock clock, boolean quick) {
    Instant now = clock.instant();
    return new TimeBudget(
        clock, now, now.plusSeconds(quick ? QUICK_SECONDS_MAX : FULL_SECONDS_MAX));
  }

  /**
   * Returns how long the next process may warm up, in milliseconds, so that time remains for the
   * others.
   *
   * @param processes the number of outstanding processes, including the next one
   */
  int warmUpMillis(int processes) {
    long others = (long) (processes - 1) * (PROCESS_MILLIS + WARM_UP_MILLIS_TYPICAL);
    long left = Duration.between(clock.instant(), end).toMillis() - PROCESS_MILLIS - others;
    return (int) Math.max(WARM_UP_MILLIS_MIN, Math.min(WARM_UP_MILLIS_MAX, left));
  }

  /**
   * Whether another pass fits, if it takes as long as the average of the previous ones.
   *
   * @param passes the number of finished passes
   */
  boolean fitsAnother(int passes) {
    Duration elapsed = elapsed();
    return !clock.instant().plus(elapsed.dividedBy(passes)).isAfter(end);
  }

  /** Returns a budget that reserves time for that many processes of other benchmarks. */
  TimeBudget reserving(int processes) {
    long millis = (long) processes * (PROCESS_MILLIS + WARM_UP_MILLIS_TYPICAL);
    return new TimeBudget(clock, start, end.minusMillis(millis));
  }

  /** Returns the time since the start. */
  Duration elapsed() {
    return Duration.between(start, clock.instant());
  }
}
