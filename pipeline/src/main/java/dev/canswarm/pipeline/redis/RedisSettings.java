package dev.canswarm.pipeline.redis;

/**
 * Where Redis is and how long to wait for it.
 *
 * @param uri such as {@code redis://127.0.0.1:6379}, {@code rediss://} for TLS; may carry a
 *     password
 * @param timeoutMillis what connecting, and what one command, may take; at least 1
 * @param callsMax most calls under way; more are refused as retryable; at least 1
 */
public record RedisSettings(String uri, int timeoutMillis, int callsMax) {

  public RedisSettings {
    if (timeoutMillis < 1 || callsMax < 1) {
      throw new IllegalArgumentException(
          "expected timeoutMillis and callsMax of at least 1, got "
              + timeoutMillis
              + " and "
              + callsMax);
    }
  }

  /** Says the limits, and keeps the URI, which may hold a password, to itself. */
  @Override
  public String toString() {
    return "timeoutMillis=" + timeoutMillis + " callsMax=" + callsMax;
  }
}
