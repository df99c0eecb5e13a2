package dev.canswarm.pipeline.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports the first server that has failed for good, and ends the process. */
final class FatalExit {

  private static final Logger LOG = LoggerFactory.getLogger(FatalExit.class);

  private final StartListener listener;
  private final Runnable exit;
  private final AtomicBoolean reported = new AtomicBoolean();

  FatalExit(StartListener listener, Runnable exit) {
    this.listener = listener;
    this.exit = exit;
  }

  /**
   * Ends the JVM through its shutdown hooks, so that the remaining servers are stopped in order.
   */
  static FatalExit ofJvm(StartListener listener) {
    return new FatalExit(
        listener,
        () -> {
          // Needs a thread of its own: exit() waits for the hooks, which may wait for the caller.
          Thread thread =
              new Thread(
                  () -> Runtime.getRuntime().exit(EmbeddedStack.EXIT_STATUS_ENVIRONMENT),
                  "swarm-fatal-exit");
          thread.setDaemon(true);
          thread.start();
        });
  }

  void report(ServerKind server, String detail) {
    if (!reported.compareAndSet(false, true)) {
      return;
    }
    LOG.error("{} is lost and the process ends: {}", server.label(), detail);
    try {
      listener.fatal(server, detail);
    } finally {
      exit.run();
    }
  }
}
