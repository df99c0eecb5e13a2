package dev.canswarm.pipeline.embedded;

/**
 * Hears how the servers come up and whether they stay up. Called on the stack's own threads,
 * several at a time: implementations are thread-safe and return soon.
 */
public interface StartListener {

  /** Something slow that happens once is under way, {@code what} being a phrase for the user. */
  default void preparing(ServerKind server, String what) {}

  /** The server accepts connections on {@code port}: after the start and after every restart. */
  default void ready(ServerKind server, int port) {}

  /** The server died and is being restarted on its port; clients see an outage until then. */
  default void lost(ServerKind server, String detail) {}

  /** The server cannot go on. After this returns, the JVM exits with status 3, hooks included. */
  default void fatal(ServerKind server, String detail) {}

  /** A listener that hears nothing. */
  static StartListener none() {
    return new StartListener() {};
  }
}
