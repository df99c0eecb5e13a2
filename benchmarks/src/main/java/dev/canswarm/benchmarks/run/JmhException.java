package dev.canswarm.benchmarks.run;

import org.jspecify.annotations.Nullable;

/** Reports that a run cannot continue. The message gives the cause and the next step. */
final class JmhException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode an exit code of {@link JmhExitCode}
   * @param message one line
   */
  JmhException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Returns an exit code of {@link JmhExitCode}. */
  int exitCode() {
    return exitCode;
  }
}
