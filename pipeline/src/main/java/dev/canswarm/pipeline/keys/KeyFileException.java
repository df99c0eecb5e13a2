package dev.canswarm.pipeline.keys;

import org.jspecify.annotations.Nullable;

/**
 * An encrypted key file cannot be opened. Terminal. The message says what was expected and what was
 * found; it never contains a secret.
 */
public final class KeyFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The kind of problem. */
  public enum Problem {
    /** The content is not an encrypted key file of a known version. */
    BAD_FORM,
    /** Opening it would take more memory or time than allowed. */
    TOO_COSTLY,
    /** The passphrase is another one, or the file was changed. */
    NOT_OPENED
  }

  private final Problem problem;

  KeyFileException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  KeyFileException(Problem problem, String message) {
    this(problem, message, null);
  }

  /** Returns the kind of problem. */
  public Problem problem() {
    return problem;
  }
}
