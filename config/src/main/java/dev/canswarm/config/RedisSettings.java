package dev.canswarm.config;

import java.util.Optional;

/**
 * The connection to Redis, which backs the decision gate.
 *
 * @param url {@code redis://…} or {@code rediss://…}; empty starts the embedded server
 * @param port the embedded server's port; 0 picks a free one
 * @param timeoutMillis the longest that one command may take, in milliseconds
 */
public record RedisSettings(Optional<Secret> url, int port, int timeoutMillis) {
  /** Whether this process runs the server itself. */
  public boolean embedded() {
    return url.isEmpty();
  }
}
