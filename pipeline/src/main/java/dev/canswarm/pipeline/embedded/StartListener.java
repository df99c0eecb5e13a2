package dev.canswarm.pipeline.embedded;

/**
 * Receives the progress of the start and later failures of the servers. Called concurrently on the
 * stack's threads: implementations must be thread-safe and return quickly.
 */
public interface StartListener {

  /** Called when a slow one-time preparation begins. {@code what} is a phrase for the user. */
  default void preparing(ServerKind server, String what) {}

  /**
   * Called when the server accepts connections on {@code port}, after the start and every restart.
   */
  default void ready(ServerKind server, int port) {}

  /**
   * Called when the server has died and is being restarted on its port. Clients see an outage until
   * {@link #ready}.
   */
  default void lost(ServerKind server, String detail) {}

  /**
   * Called when the server has failed for good. After this returns, the JVM runs its shutdown hooks
   * and exits with status 3.
   */
  default void fatal(ServerKind server, String detail) {}

  /** Returns a listener that ignores all events. */
  static StartListener none() {
    return new StartListener() {};
  }
}
