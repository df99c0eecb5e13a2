package dev.canswarm.config;

import java.util.Optional;

/**
 * The op-log's store.
 *
 * @param endpoint empty for the embedded server
 * @param port of the embedded server; 0: any free one
 * @param batchRowsMax rows written in one statement
 */
public record PostgresSettings(
    Optional<PostgresEndpoint> endpoint,
    int port,
    int connectionsMax,
    int batchRowsMax,
    int statementTimeoutMillis) {
  /** Whether this process runs the server. */
  public boolean embedded() {
    return endpoint.isEmpty();
  }
}
