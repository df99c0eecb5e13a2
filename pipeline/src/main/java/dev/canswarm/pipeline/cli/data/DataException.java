package dev.canswarm.pipeline.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A data directory cannot be used. Terminal. The message names the file, what was expected and what
 * to do; it never contains a secret.
 */
public final class DataException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The kind of problem. */
  public enum Problem {
    /** The file is not there, or cannot be read or written. */
    UNREADABLE,
    /** Other users may read a private key. */
    OPEN_TO_OTHERS,
    /** The content is not valid. */
    BAD_CONTENT,
    /** The trust file does not list the key, or lists it differently. */
    NOT_TRUSTED,
    /** The name or file already exists. */
    EXISTS,
    /** Another process uses the directory or key. */
    IN_USE,
    /** A key file is encrypted, and no passphrase is configured. */
    NO_PASSPHRASE,
    /** The passphrase for new key files is too short. */
    WEAK_PASSPHRASE,
    /** The passphrase of a key file is another one, or the file was changed. */
    WRONG_PASSPHRASE
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

  /** Whether the settings have to be changed, and not what is around the process. */
  public boolean isOfSettings() {
    return problem == Problem.NO_PASSPHRASE
        || problem == Problem.WEAK_PASSPHRASE
        || problem == Problem.WRONG_PASSPHRASE;
  }

  /** Returns the kind of problem. */
  public Problem problem() {
    return problem;
  }
}
