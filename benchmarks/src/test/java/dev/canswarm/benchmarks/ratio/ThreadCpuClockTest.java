package dev.canswarm.benchmarks.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a guard against a hang
class ThreadCpuClockTest {
  private static final long WAIT_NANOS = 100_000_000;

  private final ThreadCpuClock clock = new ThreadCpuClock();

  @BeforeEach
  void whereTheJvmMeasuresIt() {
    var threads = ManagementFactory.getThreadMXBean();
    assumeTrue(threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled());
  }

  @Test
  void waitingTakesNoTime() throws Exception {
    long start = clock.nanos();
    assertThat(new CountDownLatch(1).await(WAIT_NANOS, TimeUnit.NANOSECONDS)).isFalse();
    assertThat(clock.nanos() - start).isLessThan(WAIT_NANOS / 2);
  }

  @Test
  void workOfThisThreadTakesTimeAndWorkOfAnotherDoesNot() throws Exception {
    long start = clock.nanos();
    var worker = new Thread(() -> work(WAIT_NANOS));
    worker.start();
    worker.join();
    assertThat(clock.nanos() - start).isLessThan(WAIT_NANOS / 2);
    work(1_000_000);
    assertThat(clock.nanos() - start).isGreaterThanOrEqualTo(1_000_000);
  }

  /** Works until the calling thread has used that much more of a processor. */
  private void work(long nanos) {
    long end = clock.nanos() + nanos;
    while (clock.nanos() < end) {
      Thread.onSpinWait();
    }
  }
}
