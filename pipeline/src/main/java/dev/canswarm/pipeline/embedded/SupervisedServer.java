package dev.canswarm.pipeline.embedded;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child server that is restarted on its port and data if it dies unexpectedly. Thread-safe. */
final class SupervisedServer implements ChildControl, AutoCloseable {

  /** Launches the server and returns once it is ready. */
  @FunctionalInterface
  interface Launcher {
    ChildServer launch() throws EmbeddedStackException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(SupervisedServer.class);

  /**
   * The most consecutive failed starts before the server counts as failed for good, which with the
   * backoff takes a minute. On a busy machine, old PostgreSQL processes may block the start for
   * seconds, and the cause of the crash, such as a lack of memory, may kill it again.
   */
  private static final int RESTARTS_MAX = 40;

  /** The first backoff, in milliseconds. Each further one is longer by this amount. */
  private static final long BACKOFF_MILLIS = 100;

  private static final long BACKOFF_MILLIS_MAX = 2_000;

  private final ServerKind kind;
  private final int port;
  private final Launcher launcher;
  private final StartListener listener;
  private final Consumer<String> onFault;
  private final ExecutorService supervisor;

  private @Nullable ChildServer current;

  private SupervisedServer(
      ServerKind kind,
      int port,
      Launcher launcher,
      StartListener listener,
      Consumer<String> onFault) {
    this.kind = kind;
    this.port = port;
    this.launcher = launcher;
    this.listener = listener;
    this.onFault = onFault;
    this.supervisor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "swarm-" + kind.label() + "-supervisor");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Launches the server.
   *
   * @param onFault receives the reason when the server could not be restarted
   */
  static SupervisedServer start(
      ServerKind kind,
      int port,
      Launcher launcher,
      StartListener listener,
      Consumer<String> onFault)
      throws EmbeddedStackException {
    SupervisedServer server = new SupervisedServer(kind, port, launcher, listener, onFault);
    boolean started = false;
    try {
      server.start();
      started = true;
      return server;
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  @Override
  public ServerKind kind() {
    return kind;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized boolean running() {
    return current != null && current.alive();
  }

  @Override
  public synchronized long pid() {
    return required().pid();
  }

  @Override
  public synchronized void start() throws EmbeddedStackException {
    if (current == null) {
      launch();
    }
  }

  private void launch() throws EmbeddedStackException {
    ChildServer child = launcher.launch();
    current = child;
    // Ignored: it never fails, and after a stop there is no listener for it.
    var unused =
        child
            .onExit()
            .thenAccept(
                status -> {
                  if (!supervisor.isShutdown()) {
                    supervisor.execute(() -> exited(child, status));
                  }
                });
    listener.ready(kind, port);
  }

  private synchronized void exited(ChildServer child, int status) {
    if (child != current) {
      return;
    }
    String detail = "%s exited with status %d and is restarted".formatted(kind.label(), status);
    LOG.warn("{}", detail);
    listener.lost(kind, detail);
    for (int attempt = 1; child == current; attempt++) {
      try {
        launch();
        return;
      } catch (EmbeddedStackException e) {
        if (attempt == RESTARTS_MAX) {
          current = null;
          onFault.accept("%s could not be restarted: %s".formatted(kind.label(), e.getMessage()));
          return;
        }
        LOG.warn("{} could not be restarted yet: {}", kind.label(), e.getMessage());
      }
      try {
        wait(
            Math.min(
                BACKOFF_MILLIS_MAX,
                BACKOFF_MILLIS * attempt)); // releases the monitor, so that stop() can run
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public synchronized void stop() {
    ChildServer child = forget();
    if (child != null) {
      child.stop();
    }
  }

  @Override
  public synchronized void kill() {
    ChildServer child = forget();
    if (child != null) {
      child.kill();
    }
  }

  private @Nullable ChildServer forget() {
    ChildServer child = current;
    current = null;
    notifyAll();
    return child;
  }

  @Override
  public synchronized void pause() {
    required().pause();
  }

  @Override
  public synchronized void resume() {
    required().resume();
  }

  private ChildServer required() {
    ChildServer child = current;
    if (child == null || !child.alive()) {
      throw new IllegalStateException(kind.label() + " does not run");
    }
    return child;
  }

  @Override
  public void close() {
    stop();
    supervisor.shutdownNow();
  }
}
