package dev.canswarm.benchmarks.ratio;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Decides when the code of a pair is warm. On a busy machine a second of wall-clock time may
 * contain only a fifth of a second of work, so the criteria are calls, CPU time of the thread, and
 * a period without JIT compilation. Not thread-safe.
 */
final class WarmUp {
  /** The system property that sets the time after which measuring starts in any case. */
  static final String MILLIS_MAX_PROPERTY = "swarm.benchmarks.warmUpMillisMax";

  /** By default measuring starts after this time even if the code is not warm, in milliseconds. */
  private static final int WALL_MILLIS_MAX = 30_000;

  /**
   * The least calls of each side: HotSpot hands a method to its optimising compiler after 5,000.
   */
  private static final int CALLS_MIN = 6_000;

  private static final long CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long QUIET_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long QUIET_CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(150);
  private static final long CHECK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final LongSupplier wall;
  private final LongSupplier cpu;
  private final BooleanSupplier compilersIdle;
  private final long wallNanosMax;
  private final long start;
  private final long startCpu;
  private long checked;
  private long quietSince;
  private long quietSinceCpu;
  private boolean timedOut;

  /** Begins to warm up the calling thread's code now. */
  WarmUp() {
    this(
        System::nanoTime,
        new ThreadCpuClock()::nanos,
        new JitActivity()::idle,
        Integer.getInteger(MILLIS_MAX_PROPERTY, WALL_MILLIS_MAX));
  }

  /**
   * @param wall nanoseconds since an arbitrary origin
   * @param cpu the calling thread's CPU time in nanoseconds
   * @param compilersIdle whether nothing was compiled since the last call and nothing is now
   * @param wallMillisMax when measuring starts even if the code is not warm
   */
  WarmUp(LongSupplier wall, LongSupplier cpu, BooleanSupplier compilersIdle, int wallMillisMax) {
    this.wall = wall;
    this.cpu = cpu;
    this.compilersIdle = compilersIdle;
    this.wallNanosMax = TimeUnit.MILLISECONDS.toNanos(wallMillisMax);
    this.start = wall.getAsLong();
    this.startCpu = cpu.getAsLong();
    this.checked = start;
    this.quietSince = start;
    this.quietSinceCpu = startCpu;
  }

  /**
   * Whether warming up is finished: the code is warm, or the time limit is reached.
   *
   * @param calls the calls of each side so far
   */
  boolean done(int calls) {
    long now = wall.getAsLong();
    if (now - start >= wallNanosMax) {
      timedOut = true;
      return true;
    }
    if (now - checked < CHECK_EVERY_NANOS) {
      return false;
    }
    checked = now;
    long cpuNow = cpu.getAsLong();
    if (!compilersIdle.getAsBoolean()) {
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
