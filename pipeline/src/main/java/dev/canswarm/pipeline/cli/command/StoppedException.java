package dev.canswarm.pipeline.cli.command;

/** The command ends early because of Ctrl-C or TERM. */
public final class StoppedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception without a message. */
  public StoppedException() {
    super("stopped");
  }
}
