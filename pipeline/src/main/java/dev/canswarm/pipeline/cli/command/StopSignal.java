package dev.canswarm.pipeline.cli.command;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and TERM as a flag that a command polls. The JVM's shutdown hook sets it and waits for the
 * command to drain; then the JVM exits with 130 or 143. Thread-safe.
 */
public final class StopSignal {
  /** Longest time that everything but the drain takes, above all the stop of three servers. */
  private static final long CLOSE_MILLIS_MAX = 60_000;

  /** Longest drain of a command that does not say how long its drain takes. */
  static final long DRAIN_MILLIS_DEFAULT = 30_000;

  private final long closeMillisMax;
  private volatile long drainMillisMax = DRAIN_MILLIS_DEFAULT;
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);

  /** A signal whose shutdown hook waits for a drain of 30 s and a minute more. */
  public StopSignal() {
    this(CLOSE_MILLIS_MAX);
  }

  /**
   * @param closeMillisMax longest wait for what comes after the drain
   */
  StopSignal(long closeMillisMax) {
    this.closeMillisMax = closeMillisMax;
  }

  /**
   * Lets the shutdown hook wait for a drain of another length than 30 s.
   *
   * @param millisMax the longest that the command drains, such as {@code shutdown.timeout-ms}
   */
  public void drainFor(long millisMax) {
    drainMillisMax = millisMax;
  }

  /**
   * Registers the shutdown hook. It waits until the command has stopped, at most for its drain and
   * a minute more, in which it closes servers.
   */
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

  /** Waits until the command has stopped; returns whether it has. */
  boolean awaitDrained() {
    long millisMax = drainMillisMax + closeMillisMax;
    try {
      if (drained.await(millisMax, TimeUnit.MILLISECONDS)) {
        return true;
      }
      System.err.println("swarm: not drained after " + millisMax + " ms, exiting now");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
