package dev.canswarm.pipeline.postgres;

import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.Endpoints;
import dev.canswarm.pipeline.embedded.SharedStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A separate migrated database on the shared stack for one test class. */
public record TestDatabase(PostgresPoolSettings settings) {
  private static final int CONNECTIONS_MAX = 8;
  private static final int STATEMENT_TIMEOUT_MILLIS = 5_000;

  /**
   * Drops and creates the database, and migrates it.
   *
   * @param name an SQL identifier that no other test class uses
   */
  public static TestDatabase create(String name) {
    TestDatabase empty = createEmpty(name);
    Migrations.migrate(empty.settings());
    return empty;
  }

  /** Drops and creates the database without its tables. */
  static TestDatabase createEmpty(String name) {
    TestDatabase server = new TestDatabase(settings(EmbeddedStack.POSTGRES_DATABASE));
    server.execute("drop database if exists " + name + " with (force)");
    server.execute("create database " + name);
    return new TestDatabase(settings(name));
  }

  private static PostgresPoolSettings settings(String database) {
    Endpoints endpoints = SharedStack.get().endpoints();
    return new PostgresPoolSettings(
        new PostgresPoolSettings.Address(
            endpoints.postgresHost(),
            endpoints.postgresPort(),
            database,
            EmbeddedStack.POSTGRES_USER,
            ""),
        CONNECTIONS_MAX,
        STATEMENT_TIMEOUT_MILLIS);
  }

  /** Returns the settings of the same database with another number of connections. */
  public PostgresPoolSettings withConnections(int connectionsMax) {
    return with(connectionsMax, settings.statementTimeoutMillis());
  }

  PostgresPoolSettings withTimeout(int statementTimeoutMillis) {
    return with(settings.connectionsMax(), statementTimeoutMillis);
  }

  private PostgresPoolSettings with(int connectionsMax, int statementTimeoutMillis) {
    return new PostgresPoolSettings(settings.address(), connectionsMax, statementTimeoutMillis);
  }

  /** Opens a connection that is independent of the store's. */
  Connection connect() throws SQLException {
    String url =
        "jdbc:postgresql://"
            + settings.address().host()
            + ":"
            + settings.address().port()
            + "/"
            + settings.address().database();
    return DriverManager.getConnection(
        url, settings.address().user(), settings.address().password());
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
