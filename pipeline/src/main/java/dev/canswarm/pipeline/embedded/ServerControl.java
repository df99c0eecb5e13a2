package dev.canswarm.pipeline.embedded;

/**
 * Stops and starts one server while the others keep running, for tests of outages. Thread-safe.
 * Each call blocks until it is done.
 */
public interface ServerControl {

  /** Returns the kind of server. */
  ServerKind kind();

  /** Returns the port, which is the same after every start. */
  int port();

  /** Whether the server is running. A paused server counts as running. */
  boolean running();

  /**
   * Stops the server in order and keeps it down until {@link #start}. Does nothing if it is down.
   */
  void stop();

  /**
   * Starts the server on the same port and data, and returns once it accepts connections. Does
   * nothing if it is running.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED
   */
  void start() throws EmbeddedStackException;
}
