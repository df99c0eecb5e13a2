package dev.canswarm.pipeline.embedded;

/**
 * Stops and starts one server while the others go on: for tests of outages. Thread-safe; the calls
 * block until done.
 */
public interface ServerControl {

  /** Which server this is. */
  ServerKind kind();

  /** The port it listens on, the same after every start. */
  int port();

  /** Whether it runs now. A paused server runs. */
  boolean running();

  /** Stops it in order, and keeps it down until {@link #start}. Does nothing when it is down. */
  void stop();

  /**
   * Starts it on its port and its data, and returns when it accepts connections. Does nothing when
   * it runs.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED
   */
  void start() throws EmbeddedStackException;
}
