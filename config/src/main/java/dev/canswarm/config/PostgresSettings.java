package dev.canswarm.config;

import java.util.Optional;

/**
 * The connection to PostgreSQL, which stores slots, deadlines and the archive.
 *
 * @param endpoint empty starts the embedded server
 * @param owner the login that migrates the tables of {@code endpoint}; empty only checks them
 * @param port the embedded server's port; 0 picks a free one
 * @param connectionsMax the most connections of this process
 * @param statementTimeoutMillis the longest that one statement may take, in milliseconds
 */
public record PostgresSettings(
    Optional<PostgresEndpoint> endpoint,
    Optional<PostgresEndpoint> owner,
    int port,
    int connectionsMax,
    int statementTimeoutMillis) {
  /** Whether this process runs the server itself. */
  public boolean embedded() {
    return endpoint.isEmpty();
  }
}
