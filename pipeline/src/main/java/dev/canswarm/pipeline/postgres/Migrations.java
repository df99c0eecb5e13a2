package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.RetryableException;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Migrates the database schema with Flyway over JDBC. Blocks: call it during start-up, never on an
 * event loop. Several processes may migrate concurrently, since Flyway takes a lock.
 */
public final class Migrations {
  /** The directory of the SQL files on the class path. */
  private static final String LOCATION = "classpath:db/migration";

  /** The attempts to reach a server that is starting: 30 s with {@code PAUSE_MILLIS} in between. */
  private static final int ATTEMPTS_MAX = 150;

  private static final long PAUSE_MILLIS = 200;
  private static final int CONNECT_TIMEOUT_SECONDS = 5;

  private Migrations() {}

  /**
   * Applies the outstanding migrations. Retries from the start if the server becomes unavailable
   * meanwhile.
   *
   * @throws RetryableException if the server cannot be reached for 30 s
   * @throws FlywayException if a migration fails, or a later version has migrated the database
   */
  public static void migrate(PostgresPoolSettings settings) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.address().host()});
    source.setPortNumbers(new int[] {settings.address().port()});
    source.setDatabaseName(settings.address().database());
    source.setUser(settings.address().user());
    source.setPassword(settings.address().password());
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

  /**
   * Tests the connection before Flyway does, whose message about an unavailable server fills a
   * page.
   */
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
