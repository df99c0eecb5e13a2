package dev.canswarm.pipeline.postgres;

import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.Endpoints;
import dev.canswarm.pipeline.embedded.SharedStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A migrated database of its own for one test class, on the shared stack. */
public record TestDatabase(PostgresSettings settings) {
  static {
  }

  private static final int CONNECTIONS_MAX = 8;
  private static final int BATCH_ROWS_MAX = 500;
  private static final int STATEMENT_TIMEOUT_MILLIS = 5_000;

  /**
   * Makes it anew.
   *
   * @param name an SQL identifier that no other test class uses
   */
  public static TestDatabase create(String name) {
    TestDatabase empty = createEmpty(name);
    Migrations.migrate(empty.settings());
    return empty;
  }

  /** The same, without its tables. */
  static TestDatabase createEmpty(String name) {
    TestDatabase server = new TestDatabase(settings(EmbeddedStack.POSTGRES_DATABASE));
    server.execute("drop database if exists " + name + " with (force)");
    server.execute("create database " + name);
    return new TestDatabase(settings(name));
  }

  private static PostgresSettings settings(String database) {
    Endpoints endpoints = SharedStack.get().endpoints();
    return new PostgresSettings(
        endpoints.postgresHost(),
        endpoints.postgresPort(),
        database,
        EmbeddedStack.POSTGRES_USER,
        "",
        CONNECTIONS_MAX,
        BATCH_ROWS_MAX,
        STATEMENT_TIMEOUT_MILLIS);
  }

  /** The same database through another number of connections. */
  public PostgresSettings withConnections(int connectionsMax) {
    return with(connectionsMax, settings.statementTimeoutMillis());
  }

  PostgresSettings withTimeout(int statementTimeoutMillis) {
    return with(settings.connectionsMax(), statementTimeoutMillis);
  }

  private PostgresSettings with(int connectionsMax, int statementTimeoutMillis) {
    return new PostgresSettings(
        settings.host(),
        settings.port(),
        settings.database(),
        settings.user(),
        settings.password(),
        connectionsMax,
        settings.batchRowsMax(),
        statementTimeoutMillis);
  }

  /** A connection beside the store's. */
  Connection connect() throws SQLException {
    String url =
        "jdbc:postgresql://" + settings.host() + ":" + settings.port() + "/" + settings.database();
    return DriverManager.getConnection(url, settings.user(), settings.password());
  }

  void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
