package dev.canswarm.benchmarks.ratio;

import java.util.Arrays;

/** The times of one side's turns. For one thread. */
final class Side {
  /** Turns of one iteration whose times are kept; later ones count in the totals alone. */
  private static final int TURNS_MAX = 1 << 14;

  /**
   * How long a turn should take: long against what a side does to itself. One that makes garbage
   * has fast and slow stretches of some milliseconds as it goes through memory, and a median of
   * shorter turns would have the fast ones alone.
   */
  private static final long TURN_NANOS = 20_000_000;

  private static final int CALLS_MAX = 1 << 12;

  private final long[] turns = new long[TURNS_MAX];
  private int kept;
  private long totalNanos;
  private long totalCalls;
  private int calls = 1;

  /** Calls in a turn. */
  int calls() {
    return calls;
  }

  void reset() {
    kept = 0;
    totalNanos = 0;
    totalCalls = 0;
  }

  /**
   * Notes how long a turn took.
   *
   * @param cpuNanos by the clock that runs while the thread does
   * @param nanos by the clock on the wall
   */
  void add(long cpuNanos, long nanos) {
    totalNanos += nanos;
    totalCalls += calls;
    if (kept < TURNS_MAX) {
      turns[kept++] = cpuNanos;
    }
  }

  /** From now on a turn has as many calls as take about {@link #TURN_NANOS}, one at least. */
  void calibrate() {
    calls = (int) Math.max(1, Math.min(CALLS_MAX, Math.round(TURN_NANOS / callNanos())));
  }

  /**
   * Nanoseconds of CPU time of a call in the median turn since the reset; of an even number of
   * turns, between the two in the middle.
   */
  double callNanos() {
    if (kept == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(turns, kept);
    Arrays.sort(sorted);
    return (sorted[(kept - 1) / 2] + sorted[kept / 2]) / 2.0 / calls;
  }

  /** Nanoseconds that passed in all turns since the reset. */
  long totalNanos() {
    return totalNanos;
  }

  /** Calls since the reset. */
  long totalCalls() {
    return totalCalls;
  }
}
