package dev.canswarm.pipeline.embedded;

import org.jspecify.annotations.Nullable;

/**
 * Reports that the servers or the data directory cannot be used. The message gives the user the
 * cause and the next step.
 */
public final class EmbeddedStackException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The reason why the stack did not start. */
  public enum Kind {
    /** Another process, or another part of this one, has locked the data directory. */
    DIRECTORY_LOCKED,
    /** A requested port is in use. */
    PORT_TAKEN,
    /** Another version has written the data directory. */
    UNKNOWN_FORMAT,
    /** The data directory cannot be created or written. */
    NOT_WRITABLE,
    /** A server did not start, or failed for good. */
    SERVER_FAILED,
    /** The servers' binaries do not run on this machine. */
    UNSUPPORTED_PLATFORM
  }

  private final Kind kind;

  EmbeddedStackException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  EmbeddedStackException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** Returns the reason why the stack did not start. */
  public Kind kind() {
    return kind;
  }
}
