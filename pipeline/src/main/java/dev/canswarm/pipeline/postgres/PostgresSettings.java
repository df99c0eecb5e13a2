package dev.canswarm.pipeline.postgres;

/**
 * Where PostgreSQL is and how much of it to use.
 *
 * @param password empty where the server asks for none
 * @param connectionsMax most connections of one store, at least 1
 * @param batchRowsMax most rows (and timers) of one write, at least 1; a single call with more goes
 *     alone
 * @param statementTimeoutMillis what a statement may take, and what waiting for a connection may
 *     take, at least 1
 */
public record PostgresSettings(
    String host,
    int port,
    String database,
    String user,
    String password,
    int connectionsMax,
    int batchRowsMax,
    int statementTimeoutMillis) {

  public PostgresSettings {
    atLeastOne("connectionsMax", connectionsMax);
    atLeastOne("batchRowsMax", batchRowsMax);
    atLeastOne("statementTimeoutMillis", statementTimeoutMillis);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("expected " + name + " of at least 1, got " + value);
    }
  }

  /** Says where, and keeps the password to itself. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
