package dev.canswarm.benchmarks.ratio;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says when the code of a pair is warm. On a busy machine a second may be a fifth of a second of
 * work, so this goes by work: calls, the thread's own CPU time, and that the compiler has had
 * nothing to do for a while. For one thread.
 */
final class WarmUp {
  /** Sets {@link #WALL_MILLIS_MAX}. */
  static final String MILLIS_MAX_PROPERTY = "swarm.benchmarks.warmUpMillisMax";

  /** After this it is over, warm or not. */
  static final int WALL_MILLIS_MAX = Integer.getInteger(MILLIS_MAX_PROPERTY, 8_000);

  /** Calls of each side: what is called so often has been given to the optimizing compiler. */
  private static final int CALLS_MIN = 4_000;

  private static final long CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(600);
  private static final long QUIET_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(400);
  private static final long QUIET_CPU_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(200);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
  private final long start = System.nanoTime();
  private final long startCpu = cpuNanos();
  private long compiledMillis = -1;
  private long quietSince = start;
  private long quietSinceCpu = startCpu;

  /**
   * Whether it is warm, or has taken too long.
   *
   * @param calls of each side so far
   */
  boolean done(int calls) {
    long now = System.nanoTime();
    long cpu = cpuNanos();
    long compiled = compiledMillis();
    if (compiled != compiledMillis) {
      compiledMillis = compiled;
      quietSince = now;
      quietSinceCpu = cpu;
    }
    if (now - start >= TimeUnit.MILLISECONDS.toNanos(WALL_MILLIS_MAX)) {
      return true;
    }
    return calls >= CALLS_MIN
        && cpu - startCpu >= CPU_NANOS_MIN
        && now - quietSince >= QUIET_NANOS_MIN
        && cpu - quietSinceCpu >= QUIET_CPU_NANOS_MIN;
  }

  private long cpuNanos() {
    return threads.isCurrentThreadCpuTimeSupported()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private long compiledMillis() {
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }
}
