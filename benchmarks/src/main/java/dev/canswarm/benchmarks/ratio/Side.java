package dev.canswarm.benchmarks.ratio;

import java.util.Arrays;

/** The times of one side's turns. For one thread. */
final class Side {
  /** Turns of one iteration whose times are kept; later ones count in the totals alone. */
  private static final int TURNS_MAX = 1 << 14;

  /**
   * How long a turn should take: long against reading the clock, short against a time slice of some
   * milliseconds, so that few turns are interrupted.
   */
  private static final long TURN_NANOS = 150_000;

  private static final int CALLS_MAX = 64;

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

  /** Notes how long a turn took. */
  void add(long nanos) {
    totalNanos += nanos;
    totalCalls += calls;
    if (kept < TURNS_MAX) {
      turns[kept++] = nanos;
    }
  }

  /** From now on a turn has as many calls as take about {@link #TURN_NANOS}, one at least. */
  void calibrate() {
    calls = (int) Math.max(1, Math.min(CALLS_MAX, Math.round(TURN_NANOS / callNanos())));
  }

  /** Nanoseconds of a call in the median turn since the reset. */
  double callNanos() {
    if (kept == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(turns, kept);
    Arrays.sort(sorted);
    return (double) sorted[kept / 2] / calls;
  }

  /** Nanoseconds of all turns since the reset. */
  long totalNanos() {
    return totalNanos;
  }

  /** Calls since the reset. */
  long totalCalls() {
    return totalCalls;
  }
}
