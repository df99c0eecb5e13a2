package dev.canswarm.pipeline.embedded;

/** Controls a server that runs in a process of its own. */
public interface ChildControl extends ServerControl {

  /**
   * Returns the process id of the server, not of its guarding shell. It changes with every restart.
   *
   * @throws IllegalStateException if the server is not running
   */
  long pid();

  /**
   * Kills the server and its children with SIGKILL, as in a crash, and keeps it down until {@link
   * #start}. In contrast, a server that was killed from outside is restarted at once.
   */
  void kill();

  /**
   * Suspends the server and its children with SIGSTOP: connections stay open but receive no answer.
   */
  void pause();

  /** Resumes a paused server with SIGCONT. */
  void resume();
}
