package dev.canswarm.config;

import java.util.Optional;

/**
 * The decision gate's store.
 *
 * @param url {@code redis://…} or {@code rediss://…}, or empty for the embedded server
 * @param port of the embedded server; 0: any free one
 * @param timeoutMillis of one command
 */
public record RedisSettings(Optional<Secret> url, int port, int timeoutMillis) {
  /** Whether this process runs the server. */
  public boolean embedded() {
    return url.isEmpty();
  }
}
