package dev.canswarm.pipeline.cli;

/** The command ends early because Ctrl-C or TERM came. */
public final class StoppedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says no more than that. */
  public StoppedException() {
    super("stopped");
  }
}
