package dev.canswarm.pipeline.postgres;

import dev.canswarm.config.MigrationsLocation;
import dev.canswarm.config.PostgresTls;
import dev.canswarm.config.Resources;
import dev.canswarm.port.RetryableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.ValidateResult;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ssl.DefaultJavaSSLFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates the database schema with Flyway over JDBC, or checks that it is migrated. Blocks: call
 * it during start-up, never on an event loop. Several processes may do it concurrently, since locks
 * in the database keep them apart.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The attempts to reach a server that is starting: 30 s with {@code PAUSE_MILLIS} in between. */
  private static final int ATTEMPTS_MAX = 150;

  private static final long PAUSE_MILLIS = 200;
  private static final int CONNECT_TIMEOUT_SECONDS = 5;

  /** The advisory lock under which rights are granted: concurrent grants on a table fail. */
  private static final String GRANTS_LOCK = "select pg_advisory_xact_lock(hashtext('can-swarm'))";

  private static final String REBASE = "select oplog_rebase()";

  private static final String MAY_CHANGE =
      "select has_table_privilege('oplog', 'UPDATE, DELETE, TRUNCATE')";

  private Migrations() {}

  /** Something to do with the database, once it can be reached. */
  @FunctionalInterface
  private interface Work {
    void run(PGSimpleDataSource source) throws SQLException;
  }

  /**
   * Applies the outstanding migrations as the owner of the tables, and gives the pipeline's role
   * its rights. Retries from the start if the server becomes unavailable meanwhile.
   *
   * @param owner the owner's login
   * @param pipelineUser the pipeline's role; nothing is granted if it is the owner
   * @throws RetryableException if the server cannot be reached for 30 s
   * @throws FlywayException if a migration fails
   */
  public static void migrate(PostgresPoolSettings owner, String pipelineUser) {
    retrying(
        "migrate PostgreSQL at " + owner,
        owner,
        source -> {
          flyway(source).migrate();
          rebase(source);
          if (!pipelineUser.equals(owner.address().user())) {
            grant(source, pipelineUser);
          }
        });
  }

  /**
   * Checks that all migrations have been applied; changes nothing. Logs a warning if the role can
   * change the op-log.
   *
   * @throws RetryableException if the server cannot be reached for 30 s
   * @throws IllegalStateException if migrations are outstanding or differ from this program's, and
   *     at once if the server's certificate is not trusted
   */
  public static void check(PostgresPoolSettings pipeline) {
    retrying(
        "check PostgreSQL at " + pipeline,
        pipeline,
        source -> {
          ValidateResult result = flyway(source).validateWithResult();
          if (!result.validationSuccessful) {
            throw new IllegalStateException(
                "PostgreSQL at %s does not have this program's tables (%s); start once with postgres.owner-url, whose user makes them"
                    .formatted(pipeline, result.getAllErrorMessages().strip()));
          }
          if (mayChange(source)) {
            LOG.warn(
                "the database role {} can change the op-log; give the pipeline a role of its own,"
                    + " and the owner of the tables as postgres.owner-url",
                pipeline.address().user());
          }
        });
  }

  private static void retrying(String where, PostgresPoolSettings settings, Work work) {
    PGSimpleDataSource source = source(settings);
    for (int attempt = 1; ; attempt++) {
      try {
        // Tests the connection before Flyway does, whose message about an unavailable server fills
        // a page.
        source.getConnection().close();
        work.run(source);
        return;
      } catch (SQLException | FlywayException e) {
        if (PostgresErrors.isUntrusted(e)) {
          throw new IllegalStateException(
              where + ": the server's certificate is not trusted: " + e.getMessage(), e);
        }
        if (!(PostgresErrors.translate(where, e) instanceof RetryableException outage)) {
          throw e instanceof FlywayException failed
              ? failed
              : new IllegalStateException(where + ": " + e.getMessage(), e);
        }
        if (attempt == ATTEMPTS_MAX) {
          throw outage;
        }
        pause(where);
      }
    }
  }

  private static PGSimpleDataSource source(PostgresPoolSettings settings) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.address().host()});
    source.setPortNumbers(new int[] {settings.address().port()});
    source.setDatabaseName(settings.address().database());
    source.setUser(settings.address().user());
    source.setPassword(settings.address().password());
    source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
    source.setApplicationName("can-swarm migrations");
    PostgresTls tls = settings.address().tls();
    source.setSslMode(tls.mode().label());
    tls.rootCertificate().ifPresent(file -> source.setSslRootCert(file.toString()));
    if (tls.mode().verifies() && tls.rootCertificate().isEmpty()) {
      source.setSslfactory(DefaultJavaSSLFactory.class.getName());
    }
    return source;
  }

  private static Flyway flyway(PGSimpleDataSource source) {
    return Flyway.configure()
        .dataSource(source)
        .locations(MigrationsLocation.FLYWAY)
        .loggers("slf4j")
        .load();
  }

  /** Rows of a restored dump carry transaction numbers of another server; see the migration. */
  private static void rebase(PGSimpleDataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(REBASE)) {
      if (answer.next() && answer.getBoolean(1)) {
        LOG.warn("the op-log was restored from a dump: its rows have new positions");
      }
    }
  }

  private static void grant(PGSimpleDataSource source, String role) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      String quoted = statement.enquoteIdentifier(role, true);
      statement.execute(GRANTS_LOCK);
      statement.execute(
          Resources.text(MigrationsLocation.class, MigrationsLocation.GRANTS)
              .replace("${role}", quoted));
      connection.commit();
    }
  }

  private static boolean mayChange(PGSimpleDataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(MAY_CHANGE)) {
      return answer.next() && answer.getBoolean(1);
    }
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
