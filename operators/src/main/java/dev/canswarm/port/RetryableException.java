package dev.canswarm.port;

/**
 * An outage: something outside this process is unreachable or slow, and the same call may succeed
 * later. It delays the partition, and never leads to a dead letter.
 */
public final class RetryableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param where what was asked of whom, such as {@code fill on PostgreSQL}
   */
  public RetryableException(String where, Throwable cause) {
    super(where + ": " + cause, cause);
  }
}
