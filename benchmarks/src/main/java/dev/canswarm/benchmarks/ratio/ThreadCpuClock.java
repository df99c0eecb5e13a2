package dev.canswarm.benchmarks.ratio;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Measures the calling thread's CPU time, or wall-clock time if the JVM does not support that. */
final class ThreadCpuClock {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final boolean supported =
      threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();

  /** Returns nanoseconds since an arbitrary origin. */
  long nanos() {
    return supported ? threads.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
