package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;

/** What the pipeline's role may do in a migrated database, and what it may not. */
public final class PipelineRights {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private PipelineRights() {}

  /** Returns statements that PostgreSQL must refuse to run for the pipeline. */
  public static List<String> refused() {
    return List.of(
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
        "select * from pg_authid");
  }

  /** Runs a statement, for which the login must lack the right. */
  public static void assertThatItIsRefused(Connection connection, String statement)
      throws SQLException {
    try (Statement run = connection.createStatement()) {
      assertThatThrownBy(() -> run.execute(statement))
          .as(statement)
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .extracting(SQLException::getSQLState)
          .isEqualTo(INSUFFICIENT_PRIVILEGE);
    }
  }

  /** Inserts a row into the op-log, and reads it and the views over it. */
  public static void assertThatItInsertsAndReads(Connection connection) throws SQLException {
    try (Statement run = connection.createStatement()) {
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
}
