package dev.canswarm.benchmarks.ratio;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The clock that runs while the calling thread does; the wall clock where the JVM has none. */
final class ThreadCpu {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final boolean supported =
      threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();

  /** Nanoseconds since some moment. */
  long nanos() {
    return supported ? threads.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
