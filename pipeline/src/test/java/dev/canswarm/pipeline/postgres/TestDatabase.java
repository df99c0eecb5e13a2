package dev.canswarm.pipeline.postgres;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.SharedStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A separate database on the shared stack for one test class.
 *
 * @param settings the login of the pipeline's role, with its rights alone
 */
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
    empty.migrate();
    return empty;
  }

  /** Drops and creates the database without its tables. */
  static TestDatabase createEmpty(String name) {
    TestDatabase server =
        new TestDatabase(settings(EmbeddedStack.POSTGRES_DATABASE, PostgresRole.PIPELINE));
    server.execute("drop database if exists " + name + " with (force)");
    server.execute("create database " + name + " owner " + PostgresRole.OWNER.user());
    return new TestDatabase(settings(name, PostgresRole.PIPELINE));
  }

  private static PostgresPoolSettings settings(String database, PostgresRole role) {
    PostgresEndpoint at = SharedStack.get().postgres(role);
    return new PostgresPoolSettings(
        new PostgresPoolSettings.Address(
            at.host(), at.port(), database, at.user(), at.password().reveal()),
        CONNECTIONS_MAX,
        STATEMENT_TIMEOUT_MILLIS);
  }

  /** Returns the login of the owner of its tables. */
  PostgresPoolSettings owner() {
    return settings(settings.address().database(), PostgresRole.OWNER);
  }

  /** Migrates it as its owner. */
  void migrate() {
    Migrations.migrate(owner(), settings.address().user());
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

  /** Opens a connection of the superuser that is independent of the store's. */
  Connection connect() throws SQLException {
    return connect(settings(settings.address().database(), PostgresRole.SUPERUSER));
  }

  /** Opens a connection with the pipeline's rights that is independent of the store's. */
  Connection connectAsPipeline() throws SQLException {
    return connect(settings);
  }

  private static Connection connect(PostgresPoolSettings login) throws SQLException {
    PostgresPoolSettings.Address at = login.address();
    return DriverManager.getConnection(
        "jdbc:postgresql://" + at.host() + ":" + at.port() + "/" + at.database(),
        at.user(),
        at.password());
  }

  /** Runs a statement as the superuser. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
