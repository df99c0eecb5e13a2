package dev.canswarm.pipeline.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something in a data directory is not as it must be. Terminal. The message says where, what was
 * expected and what to do; it never holds a secret.
 */
public final class DataException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Problem {
    /** The file is not there, or cannot be read or written. */
    UNREADABLE,
    /** A private key that others may read. */
    OPEN_TO_OTHERS,
    /** The content has another form. */
    BAD_CONTENT,
    /** A key that the trust file does not list, or lists otherwise. */
    NOT_TRUSTED,
    /** It is there already. */
    EXISTS,
    /** Somebody else has it. */
    IN_USE
  }

  private final Problem problem;

  DataException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  DataException(Problem problem, String message) {
    this(problem, message, null);
  }

  static DataException unreadable(Path file, String todo, IOException cause) {
    return new DataException(
        Problem.UNREADABLE, file + " cannot be used (" + cause + "); " + todo, cause);
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
