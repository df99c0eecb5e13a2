package dev.canswarm.pipeline.embedded;

/** Control over a server that is a process of its own. */
public interface ChildControl extends ServerControl {

  /**
   * The process id of the server itself, not of the shell that guards it; another one after every
   * restart.
   *
   * @throws IllegalStateException when it does not run
   */
  long pid();

  /**
   * Kills the server and its children with SIGKILL, as a crash would, and keeps it down until
   * {@link #start}. A server that something else kills is restarted at once instead.
   */
  void kill();

  /** Suspends the server and its children (SIGSTOP): connections stay open and get no answer. */
  void pause();

  /** Lets a paused server go on (SIGCONT). */
  void resume();
}
