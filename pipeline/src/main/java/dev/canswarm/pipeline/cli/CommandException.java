package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot go on. The message is for the person at the terminal, with what to do next. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode of {@link ExitCode}
   * @param message one line
   */
  public CommandException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The same without a cause. */
  public CommandException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** Of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
