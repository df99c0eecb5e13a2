package dev.canswarm.pipeline.cli.command;

import org.jspecify.annotations.Nullable;

/** A command cannot continue. The message is for the user, and says what to do next. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   * @param message one line
   */
  public CommandException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Creates an exception without a cause. */
  public CommandException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** Returns one of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
