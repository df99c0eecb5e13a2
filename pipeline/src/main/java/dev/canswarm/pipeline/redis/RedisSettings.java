package dev.canswarm.pipeline.redis;

/**
 * Where Redis is and how long to wait for it.
 *
 * @param uri such as {@code redis://127.0.0.1:6379}, {@code rediss://} for TLS; may carry a
 *     password
 * @param timeoutMillis what connecting, and what one command, may take; at least 1
 * @param requestQueueMax most commands under way; more are refused as retryable; at least 1
 */
public record RedisSettings(String uri, int timeoutMillis, int requestQueueMax) {

  public RedisSettings {
    if (timeoutMillis < 1 || requestQueueMax < 1) {
      throw new IllegalArgumentException(
          "expected timeoutMillis and requestQueueMax of at least 1, got "
              + timeoutMillis
              + " and "
              + requestQueueMax);
    }
  }

  /** Says the limits, and keeps the URI, which may hold a password, to itself. */
  @Override
  public String toString() {
    return "timeoutMillis=" + timeoutMillis + " requestQueueMax=" + requestQueueMax;
  }
}
