package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.port.BusProbe;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class MigrationsIT {
  @Test
  void severalProcessesMayMigrateAtOnceAndAgain() {
    TestDatabase database = TestDatabase.createEmpty("migrations_it");
    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> database.migrate()),
            CompletableFuture.runAsync(() -> database.migrate()))
        .join();
    database.migrate();
    PostgresSlotStore store = new PostgresSlotStore(database.settings());
    assertThat(store.nextEpoch().block()).isEqualTo(1);
    store.closeLater().block();
  }

  @Test
  void aMigrationWhoseServerGoesAwayBeginsAgain() throws Exception {
    TestDatabase database = TestDatabase.create("migrations_cut_it");
    try (Connection holder = database.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("lock table flyway_schema_history in access exclusive mode");
      CompletableFuture<Void> migrating = CompletableFuture.runAsync(() -> database.migrate());
      BusProbe.await("the migration waits for the lock", () -> cut(database, false) > 0);
      cut(database, true);
      holder.rollback();
      assertThat(migrating).succeedsWithin(BusProbe.AWAIT);
    }
  }

  @Test
  void withoutTheOwnersLoginTablesAreCheckedAndNotMade() throws Exception {
    TestDatabase database = TestDatabase.createEmpty("migrations_check_it");
    assertThatThrownBy(() -> Migrations.check(database.settings()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("postgres.owner-url");
    try (Connection connection = database.connect()) {
      assertThat(connection.getMetaData().getTables(null, "public", "%", null).next()).isFalse();
    }
    database.migrate();
    assertThatCode(() -> Migrations.check(database.settings())).doesNotThrowAnyException();
  }

  /** Counts the migrations that wait for a lock, and ends their connections on request. */
  private static int cut(TestDatabase database, boolean end) {
    String sql =
        "select count("
            + (end ? "pg_terminate_backend(pid)" : "pid")
            + ") from pg_stat_activity where datname = current_database()"
            + " and application_name = 'can-swarm migrations' and wait_event_type = 'Lock'";
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery(sql)) {
      return count.next() ? count.getInt(1) : 0;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Test
  void aMissingDatabaseFailsAtOnceAndIsNamed() {
    PostgresPoolSettings there = TestDatabase.createEmpty("migrations_it").settings();
    PostgresPoolSettings gone =
        new PostgresPoolSettings(
            new PostgresPoolSettings.Address(
                there.address().host(),
                there.address().port(),
                "no_such_database",
                there.address().user(),
                "secret"),
            1,
            1_000);
    assertThatThrownBy(() -> Migrations.migrate(gone, "anybody"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no_such_database")
        .hasMessageNotContaining("secret");
  }
}
