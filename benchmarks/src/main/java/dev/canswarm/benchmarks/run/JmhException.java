package dev.canswarm.benchmarks.run;

import org.jspecify.annotations.Nullable;

/** A run cannot go on. The message is for the person at the terminal, with what to do next. */
final class JmhException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode of {@link Exit}
   * @param message one line
   */
  JmhException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Of {@link Exit}. */
  int exitCode() {
    return exitCode;
  }
}
