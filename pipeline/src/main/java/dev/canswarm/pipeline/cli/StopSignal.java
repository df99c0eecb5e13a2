package dev.canswarm.pipeline.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and TERM as something that a command looks at. The JVM's shutdown hook sets it and then
 * waits for the command to drain; the JVM exits with 130 or 143 by itself. Thread-safe.
 */
public final class StopSignal {
  /** Longest that a stop waits for the command: its own drain, then three servers to stop. */
  static final long DRAIN_MILLIS_MAX = 90_000;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);

  /** Adds the hook. */
  public void onJvmShutdown(Runtime runtime) {
    runtime.addShutdownHook(
        new Thread(
            () -> {
              request();
              awaitDrained();
            },
            "swarm-stop"));
  }

  /** Asks the command to stop. */
  public void request() {
    requested.countDown();
  }

  /** Says that the command is through, so that the JVM may exit. */
  public void drained() {
    drained.countDown();
  }

  /** Whether the command was asked to stop. */
  public boolean requested() {
    return requested.getCount() == 0;
  }

  /**
   * Waits until the command is asked to stop.
   *
   * @param millisMax longest wait
   * @return whether it was
   */
  public boolean await(long millisMax) throws InterruptedException {
    return requested.await(millisMax, TimeUnit.MILLISECONDS);
  }

  /** Waits until the command is asked to stop, however long. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /**
   * Goes on only where nobody asked to stop.
   *
   * @throws StoppedException where somebody did
   */
  public void check() throws StoppedException {
    if (requested()) {
      throw new StoppedException();
    }
  }

  private void awaitDrained() {
    try {
      if (!drained.await(DRAIN_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        System.err.println("swarm: not drained after " + DRAIN_MILLIS_MAX + " ms, exiting now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
