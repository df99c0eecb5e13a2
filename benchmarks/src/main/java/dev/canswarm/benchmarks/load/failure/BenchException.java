package dev.canswarm.benchmarks.load.failure;

import org.jspecify.annotations.Nullable;

/** A run cannot go on. The message is for the person at the terminal. */
public final class BenchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode of {@link BenchExit}
   * @param message one line
   */
  public BenchException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public BenchException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** Returns the exit code that the failure leads to, one of {@link BenchExit}. */
  public int exitCode() {
    return exitCode;
  }
}
