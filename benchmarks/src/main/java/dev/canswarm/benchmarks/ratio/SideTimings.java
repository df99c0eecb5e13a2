package dev.canswarm.benchmarks.ratio;

import java.util.Arrays;

/** Collects the durations of one side's turns. Not thread-safe. */
final class SideTimings {
  /** The most turns of one iteration whose times are kept; later turns only count in the totals. */
  private static final int TURNS_MAX = 1 << 14;

  /**
   * The target duration of a turn. It must be long compared with the effects of a side on itself:
   * code that allocates alternates between fast and slow phases of some milliseconds, and the
   * median of shorter turns would only show the fast ones.
   */
  private static final long TURN_NANOS = 20_000_000;

  private static final int CALLS_MAX = 1 << 12;

  private final long[] turns = new long[TURNS_MAX];
  private int kept;
  private long totalNanos;
  private long totalCalls;
  private int calls = 1;

  /** Returns the number of calls in a turn. */
  int calls() {
    return calls;
  }

  void reset() {
    kept = 0;
    totalNanos = 0;
    totalCalls = 0;
  }

  /**
   * Records the duration of a turn.
   *
   * @param cpuNanos the thread's CPU time
   * @param nanos the wall-clock time
   */
  void add(long cpuNanos, long nanos) {
    totalNanos += nanos;
    totalCalls += calls;
    if (kept < TURNS_MAX) {
      turns[kept++] = cpuNanos;
    }
  }

  /**
   * Sets the number of calls in a turn, at least one, so that a turn takes about {@link
   * #TURN_NANOS}.
   */
  void calibrate() {
    calls = (int) Math.max(1, Math.min(CALLS_MAX, Math.round(TURN_NANOS / callNanos())));
  }

  /**
   * Returns the CPU time of one call in the median turn since the last reset, in nanoseconds; 0 if
   * there was no turn.
   */
  double callNanos() {
    if (kept == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(turns, kept);
    Arrays.sort(sorted);
    return (sorted[(kept - 1) / 2] + sorted[kept / 2]) / 2.0 / calls;
  }

  /** Returns the wall-clock time of all turns since the last reset, in nanoseconds. */
  long totalNanos() {
    return totalNanos;
  }

  /** Returns the number of calls since the last reset. */
  long totalCalls() {
    return totalCalls;
  }
}
