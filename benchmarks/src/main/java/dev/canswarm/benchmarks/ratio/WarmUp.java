package dev.canswarm.benchmarks.ratio;

import java.util.concurrent.TimeUnit;

/**
 * Decides when the code of a pair is warm. On a busy machine a second of wall-clock time may
 * contain only a fifth of a second of work, so the criteria are calls, CPU time of the thread, and
 * a period without JIT compilation. Not thread-safe.
 */
final class WarmUp {
  /** The system property that sets {@link #WALL_MILLIS_MAX}. */
  static final String MILLIS_MAX_PROPERTY = "swarm.benchmarks.warmUpMillisMax";

  /** The time after which measuring starts even if the code is not warm, in milliseconds. */
  static final int WALL_MILLIS_MAX = Integer.getInteger(MILLIS_MAX_PROPERTY, 30_000);

  /**
   * The least calls of each side: HotSpot hands a method to its optimising compiler after 5,000.
   */
  private static final int CALLS_MIN = 6_000;

  private static final long CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long QUIET_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long QUIET_CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(150);
  private static final long CHECK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ThreadCpuClock cpu = new ThreadCpuClock();
  private final JitActivity compilers = new JitActivity();
  private final long start = System.nanoTime();
  private final long startCpu = cpu.nanos();
  private long checked = start;
  private long quietSince = start;
  private long quietSinceCpu = startCpu;
  private boolean timedOut;

  /**
   * Whether warming up is finished: the code is warm, or the time limit is reached.
   *
   * @param calls the calls of each side so far
   */
  boolean done(int calls) {
    long now = System.nanoTime();
    if (now - start >= TimeUnit.MILLISECONDS.toNanos(WALL_MILLIS_MAX)) {
      timedOut = true;
      return true;
    }
    if (now - checked < CHECK_EVERY_NANOS) {
      return false;
    }
    checked = now;
    long cpuNow = cpu.nanos();
    if (!compilers.idle()) {
      quietSince = now;
      quietSinceCpu = cpuNow;
    }
    return calls >= CALLS_MIN
        && cpuNow - startCpu >= CPU_NANOS_MIN
        && now - quietSince >= QUIET_NANOS_MIN
        && cpuNow - quietSinceCpu >= QUIET_CPU_NANOS_MIN;
  }

  /** Whether the time limit was reached, so that some code may not be warm. */
  boolean timedOut() {
    return timedOut;
  }
}
