package dev.canswarm.benchmarks.ratio;

import java.util.concurrent.TimeUnit;

/**
 * Says when the code of a pair is warm. On a busy machine a second may be a fifth of a second of
 * work, so this goes by work: calls, the thread's own CPU time, and that the compilers have had
 * nothing to do for a while. For one thread.
 */
final class WarmUp {
  /** Sets {@link #WALL_MILLIS_MAX}. */
  static final String MILLIS_MAX_PROPERTY = "swarm.benchmarks.warmUpMillisMax";

  /** After this it is over, warm or not. */
  static final int WALL_MILLIS_MAX = Integer.getInteger(MILLIS_MAX_PROPERTY, 30_000);

  /** Calls of each side: what is called more than 5,000 times goes to the optimizing compiler. */
  private static final int CALLS_MIN = 6_000;

  private static final long CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long QUIET_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long QUIET_CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(150);
  private static final long CHECK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ThreadCpu cpu = new ThreadCpu();
  private final Compilers compilers = new Compilers();
  private final long start = System.nanoTime();
  private final long startCpu = cpu.nanos();
  private long checked = start;
  private long quietSince = start;
  private long quietSinceCpu = startCpu;
  private boolean timedOut;

  /**
   * Whether it is warm, or has taken too long.
   *
   * @param calls of each side so far
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

  /** Whether it took too long, so that some of the code may not be warm. */
  boolean timedOut() {
    return timedOut;
  }
}
