package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.RetryableException;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Brings the database's tables up to date, with Flyway over JDBC. It blocks: call it before
 * anything subscribes, never on an event loop. Several processes may do so at once; Flyway takes a
 * lock.
 */
public final class Migrations {
  /** Where the SQL is on the class path. */
  private static final String LOCATION = "classpath:db/migration";

  /** A server that is just starting gets {@code ATTEMPTS_MAX * PAUSE_MILLIS}, 30 s. */
  private static final int ATTEMPTS_MAX = 150;

  private static final long PAUSE_MILLIS = 200;
  private static final int CONNECT_TIMEOUT_SECONDS = 5;

  private Migrations() {}

  /**
   * Applies what is missing. A server that goes away meanwhile is waited for, and it begins again.
   *
   * @throws RetryableException when the server cannot be reached, after 30 s
   * @throws FlywayException when a migration fails, or the database is of a later version
   */
  public static void migrate(PostgresSettings settings) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.host()});
    source.setPortNumbers(new int[] {settings.port()});
    source.setDatabaseName(settings.database());
    source.setUser(settings.user());
    source.setPassword(settings.password());
    source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
    source.setApplicationName("can-swarm migrations");
    String where = "migrate PostgreSQL at " + settings;
    for (int attempt = 1; ; attempt++) {
      try {
        migrate(source);
        return;
      } catch (SQLException | FlywayException e) {
        if (!(PostgresErrors.translate(where, e) instanceof RetryableException outage)) {
          throw e instanceof FlywayException failed ? failed : new IllegalStateException(where, e);
        }
        if (attempt == ATTEMPTS_MAX) {
          throw outage;
        }
        pause(where);
      }
    }
  }

  /** Connects first by itself: what Flyway says of a server that is away fills a page. */
  private static void migrate(PGSimpleDataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.getCatalog();
    }
    Flyway.configure().dataSource(source).locations(LOCATION).loggers("slf4j").load().migrate();
  }

  private static void pause(String where) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryableException(where, e);
    }
  }
}
