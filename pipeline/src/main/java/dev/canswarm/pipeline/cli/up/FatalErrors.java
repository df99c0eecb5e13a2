package dev.canswarm.pipeline.cli.up;

import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * Ends the process on an error that harms the JVM, such as OutOfMemoryError, outside task code: the
 * thread that it hits may be the one that polls or stores, and a process without it looks ready and
 * does nothing. Reactor's workers swallow such errors, so what is scheduled is wrapped. What task
 * code throws never gets here: it ends its attempt.
 */
final class FatalErrors {
  /** Longest orderly stop after such an error; it may need memory that is not available. */
  private static final long STOP_MILLIS_MAX = 30_000;

  private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);
  private static final String HOOK = "fatal-errors";

  private FatalErrors() {}

  /** Watches all threads of the JVM, and ends it with {@link ExitCode#ENVIRONMENT}. */
  static void watch() {
    AtomicBoolean isEnding = new AtomicBoolean();
    watch(
        error -> {
          if (isEnding.compareAndSet(false, true)) {
            end(error);
          }
        });
  }

  /**
   * @param end receives every such error, on the thread that it hit
   */
  static void watch(Consumer<Throwable> end) {
    Schedulers.onScheduleHook(HOOK, task -> new Watched(task, end));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          LOG.error("thread {} ended", thread.getName(), error);
          report(error, end);
        });
  }

  /** A task of any scheduler. A lambda here would be slow to make where only C1 compiles. */
  private record Watched(Runnable task, Consumer<Throwable> end) implements Runnable {
    @Override
    public void run() {
      try {
        task.run();
      } catch (VirtualMachineError error) {
        report(error, end);
        throw error;
      }
    }
  }

  /** Removes what {@link #watch} has set, for tests. */
  static void unwatch() {
    Schedulers.resetOnScheduleHook(HOOK);
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  private static void report(Throwable error, Consumer<Throwable> end) {
    // A stack that overflowed is whole again once it is unwound.
    if (error instanceof VirtualMachineError && !(error instanceof StackOverflowError)) {
      end.accept(error);
    }
  }

  private static void end(Throwable error) {
    try {
      System.err.println(
          "swarm: the process ends, since it cannot go on after "
              + error
              + "; for more memory: SWARM_JAVA_OPTS=-Xmx2g");
      start("swarm-fatal-exit", () -> Runtime.getRuntime().exit(ExitCode.ENVIRONMENT));
      start(
          "swarm-fatal-halt",
          () -> {
            try {
              Thread.sleep(STOP_MILLIS_MAX);
            } catch (InterruptedException now) {
              Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(ExitCode.ENVIRONMENT);
          });
    } catch (Throwable again) {
      Runtime.getRuntime().halt(ExitCode.ENVIRONMENT);
    }
  }

  /** exit() waits for hooks, which may wait for the caller, so it needs a thread of its own. */
  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
