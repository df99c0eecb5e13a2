package dev.canswarm.pipeline.cli.command;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and TERM as a flag that a command polls. The JVM's shutdown hook sets it and waits for the
 * command to drain; then the JVM exits with 130 or 143. Thread-safe.
 */
public final class StopSignal {
  /** Longest wait for the command to stop: its drain, then the stop of three servers. */
  static final long DRAIN_MILLIS_MAX = 90_000;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);

  /** Registers the shutdown hook, which waits at most {@link #DRAIN_MILLIS_MAX}. */
  public void onJvmShutdown(Runtime runtime) {
    runtime.addShutdownHook(
        new Thread(
            () -> {
              Optional<String> foreign = ExitCaller.foreign();
              foreign.ifPresent(
                  place ->
                      System.err.println(
                          "swarm: stopping, since task code ended the process: at " + place));
              request();
              awaitDrained();
              if (foreign.isPresent()) {
                // Ignore the requested status: the parent process must see that this one failed.
                runtime.halt(ExitCode.ENVIRONMENT);
              }
            },
            "swarm-stop"));
  }

  /** Asks the command to stop. */
  public void request() {
    requested.countDown();
  }

  /** Notifies the shutdown hook that the command has finished, so that the JVM may exit. */
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
   * @return whether it was asked to stop
   */
  public boolean await(long millisMax) throws InterruptedException {
    return requested.await(millisMax, TimeUnit.MILLISECONDS);
  }

  /** Waits without bound until the command is asked to stop. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /**
   * Throws if the command was asked to stop.
   *
   * @throws StoppedException if it was
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
