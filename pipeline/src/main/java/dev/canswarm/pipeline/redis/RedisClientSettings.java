package dev.canswarm.pipeline.redis;

/**
 * The address of Redis and the limits of calls.
 *
 * @param uri such as {@code redis://127.0.0.1:6379}, or {@code rediss://} for TLS, where {@code
 *     ?sslrootcert=} names a file of PEM certificates; may contain a password
 * @param timeoutMillis the longest time for connecting, and for one command, in milliseconds; at
 *     least 1
 * @param callsMax the most concurrent calls; further ones fail as retryable; at least 1
 */
public record RedisClientSettings(String uri, int timeoutMillis, int callsMax) {

  public RedisClientSettings {
    if (timeoutMillis < 1 || callsMax < 1) {
      throw new IllegalArgumentException(
          "expected timeoutMillis and callsMax of at least 1, got "
              + timeoutMillis
              + " and "
              + callsMax);
    }
  }

  /** Returns the limits without the URI, which may contain a password. */
  @Override
  public String toString() {
    return "timeoutMillis=" + timeoutMillis + " callsMax=" + callsMax;
  }
}
