package dev.canswarm.port;

/**
 * Something outside is away or slow: the same call may succeed later. It stops the partition; it
 * never dead-letters.
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
