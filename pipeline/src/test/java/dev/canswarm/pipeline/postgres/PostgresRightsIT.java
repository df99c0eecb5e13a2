package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.SharedStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the embedded PostgreSQL refuses, and to whom. */
final class PostgresRightsIT {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final TestDatabase DATABASE = TestDatabase.create("rights_it");

  @ParameterizedTest
  @EnumSource(PostgresRole.class)
  void nobodyLogsInWithoutTheRightPassword(PostgresRole role) {
    PostgresEndpoint at = SharedStack.get().postgres(role);
    String url = "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database());
    for (String password : new String[] {"", "postgres", at.user()}) {
      assertThatThrownBy(() -> DriverManager.getConnection(url, at.user(), password).close())
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .satisfies(
              refused -> {
                // Without a password, the driver itself stops when the server asks for one.
                assertThat(refused.getSQLState()).matches("(28|08)...");
                assertThat(refused.getMessage()).contains("password");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update oplog set bytes = bytes",
        "delete from oplog",
        "truncate oplog",
        "drop table oplog",
        "alter table oplog disable trigger all",
        "begin; lock table oplog in access exclusive mode",
        "set session_replication_role = replica",
        "create trigger t before insert on oplog for each row execute function refuse_change()",
        "update archive set bytes = bytes",
        "delete from archive",
        "truncate archive, open_needs",
        "delete from flyway_schema_history",
        "select setval('decider_epoch', 1)",
        "create table mine (x int)",
        "create role another superuser",
        "select pg_read_file('pg_hba.conf')",
        "copy oplog to program 'cat'",
        "select * from pg_authid"
      })
  void thePipelineCanChangeNothingThatWasSaid(String statement) throws SQLException {
    try (Connection connection = DATABASE.connectAsPipeline();
        Statement run = connection.createStatement()) {
      assertThatThrownBy(() -> run.execute(statement))
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .extracting(SQLException::getSQLState)
          .isEqualTo(INSUFFICIENT_PRIVILEGE);
    }
  }

  @Test
  void thePipelineInsertsIntoTheOpLogAndReadsIt() throws SQLException {
    try (Connection connection = DATABASE.connectAsPipeline();
        Statement run = connection.createStatement()) {
      int inserted =
          run.executeUpdate(
              "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport,"
                  + " timestamp_ns, bytes, ops) values ('s', 'x', 'i', 'n', 't', 'WAIT', '', 1,"
                  + " '1', '', '[]') on conflict do nothing");
      assertThat(inserted).isEqualTo(1);
      for (String view : new String[] {"oplog", "ops", "tasks", "edges"}) {
        try (ResultSet rows = run.executeQuery("select count(*) from " + view)) {
          assertThat(rows.next()).isTrue();
        }
      }
    }
  }

  @Test
  void theOwnerOfTheTablesIsNoSuperuserAndReadsNoFiles() throws SQLException {
    PostgresPoolSettings.Address owner = DATABASE.owner().address();
    String url = "jdbc:postgresql://" + owner.host() + ":" + owner.port() + "/" + owner.database();
    try (Connection connection = DriverManager.getConnection(url, owner.user(), owner.password());
        Statement run = connection.createStatement()) {
      assertThatThrownBy(() -> run.execute("select pg_read_file('pg_hba.conf')"))
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .extracting(SQLException::getSQLState)
          .isEqualTo(INSUFFICIENT_PRIVILEGE);
    }
  }
}
