package dev.canswarm.pipeline.embedded;

import org.jspecify.annotations.Nullable;

/**
 * The servers or the data directory cannot be had. The message says what is wrong and what to do
 * next, and is meant for the person at the terminal.
 */
public final class EmbeddedStackException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What kept the stack from starting. */
  public enum Kind {
    /** Another process, or another part of this one, holds the data directory. */
    DIRECTORY_LOCKED,
    /** Somebody else listens on a port that was asked for. */
    PORT_TAKEN,
    /** The data directory was written by another version. */
    UNKNOWN_FORMAT,
    /** The data directory cannot be created or written. */
    NOT_WRITABLE,
    /** A server did not start, or stopped for good. */
    SERVER_FAILED,
    /** The servers' binaries cannot run on this machine. */
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

  /** What kept the stack from starting. */
  public Kind kind() {
    return kind;
  }
}
