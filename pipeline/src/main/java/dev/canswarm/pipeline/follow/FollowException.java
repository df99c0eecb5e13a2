package dev.canswarm.pipeline.follow;

/** The op-log cannot be followed as asked; the message says why. */
public final class FollowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The reasons for a refusal. */
  public enum Cause {
    /** The largest number of followers is reached. */
    TOO_MANY,
    /** The position is of another database, or was made up. */
    UNKNOWN_POSITION
  }

  private final Cause cause;

  FollowException(Cause cause, String message) {
    super(message, null, false, false);
    this.cause = cause;
  }

  /** Returns why the follower was refused. */
  public Cause why() {
    return cause;
  }
}
