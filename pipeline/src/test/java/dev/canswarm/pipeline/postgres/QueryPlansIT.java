package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.NeedList.Filter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which indexes PostgreSQL uses for what people and clients read, in a log of 20,000 rows: nothing
 * that is asked for often reads a large table from end to end, whatever the parameters are.
 */
final class QueryPlansIT {
  private static final TestDatabase DATABASE = TestDatabase.create("query_plans_it");
  private static final String HASH = "'" + "ab".repeat(32) + "'";

  @BeforeAll
  static void fill() {
    DATABASE.execute(
        """
        insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
        select 'need-' || n, 'SLOT/' || i, 'id-' || n || '-' || i, 'need-' || n, 'thread-' || n % 500,
          case when i = 9 and n % 100 = 0 then 'DEAD_LETTER' else 'ATTEST' end, '', i, '0', '{}'::bytea, '[]'
        from generate_series(1, 2000) n cross join generate_series(1, 10) i
        """);
    DATABASE.execute(
        """
        insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
        select 'thread-7', 'NEED/' || n, 'need-' || n, 'need-' || n, 'thread-7', 'NEED', '', 0, '0', '{}'::bytea, '[]'
        from generate_series(1, 2000) n
        """);
    DATABASE.execute(
        """
        insert into need_list (need_id, thread_id, sender, task_types, created_ms, ended_ms, outcome)
        select 'need-' || n, 'thread-' || n % 500, '', array['hash.sha256'], n, n,
          case when n % 100 = 0 then 'REJECTED' else 'ACCEPTED' end
        from generate_series(1, 20000) n
        """);
    DATABASE.execute(
        "insert into need_list_failed select seq, outcome from need_list where outcome <> 'ACCEPTED'");
    DATABASE.execute(
        "insert into need_artifacts select md5(n::text), 'need-' || n from generate_series(1, 20000) n");
    DATABASE.execute(
        "insert into open_needs (need_id, thread_id, partition, due_ms) values ('need-7', 't', 0, 0)");
    // Nothing is known of how few NEEDs are open, as in a swarm whose open NEEDs come and go.
    for (String table : new String[] {"oplog", "need_list", "need_list_failed", "need_artifacts"}) {
      DATABASE.execute("analyze " + table);
    }
  }

  private static Stream<Arguments> statements() {
    Filter all = Filter.all(50);
    return Stream.of(
        Arguments.of("the log", FollowSql.LOG, "'0', 0, 200", "oplog_pkey"),
        Arguments.of(
            "selected rows of the log",
            FollowSql.SELECTED,
            "'0', 0, 200, array['NEED', 'DEAD_LETTER'], 8, array['need-7'], array['thread-7'], 1000,"
                + " true",
            "oplog_pkey"),
        Arguments.of(
            "the log of a NEED", FollowSql.LOG_OF_NEED, "'0', 0, 200, 'need-7'", "oplog_position"),
        Arguments.of(
            "a NEED of a long thread", Sql.NEEDS_BY_ID, "array['need-7', 'need-8']", "oplog_pkey"),
        Arguments.of(
            "what a turn reads",
            Sql.READ,
            "array['need-7', 'need-8'], array['need-7']",
            "oplog_position"),
        Arguments.of("dead letters", ListSql.DEAD_LETTERS, "'9', 0, 50", "oplog_position"),
        list("all NEEDs", all, "", "need_list_thread"),
        list(
            "a thread's NEEDs",
            all.ofThread(new ThreadId("thread-7")),
            ", 'thread-7'",
            "need_list_seq"),
        list(
            "open NEEDs",
            filter(Optional.of(NeedList.State.OPEN), null, null),
            "",
            "need_list_seq"),
        list(
            "rejected NEEDs",
            filter(Optional.empty(), "REJECTED", null),
            ", 'REJECTED'",
            "using need_list_seq on need_list l"),
        list(
            "NEEDs with an artifact",
            filter(Optional.empty(), null, HASH),
            ", " + HASH,
            "need_list_seq"));
  }

  private static Arguments list(String name, Filter filter, String more, String unwanted) {
    return Arguments.of(name, ListSql.of(filter).sql(), "9223372036854775807, 50" + more, unwanted);
  }

  private static Filter filter(
      Optional<NeedList.State> state, @Nullable String outcome, @Nullable String artifact) {
    return new Filter(
        state,
        Optional.ofNullable(outcome),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(artifact),
        OptionalLong.empty(),
        Filter.all(50).window());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("statements")
  void noLargeTableIsReadFromEndToEnd(
      String name, String sql, String parameters, String unwantedIndex) throws SQLException {
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set plan_cache_mode = force_generic_plan");
      statement.execute("prepare asked as " + sql);
      assertThat(plan(statement, "explain execute asked(" + parameters + ")"))
          .as(name)
          .doesNotContain(
              "Seq Scan on oplog", "Seq Scan on need_list", "Seq Scan on need_artifacts")
          .doesNotContain(unwantedIndex)
          .contains("Index");
    }
  }

  private static String plan(Statement statement, String explain) throws SQLException {
    try (ResultSet rows = statement.executeQuery(explain)) {
      Stream.Builder<String> lines = Stream.builder();
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
      return lines.build().collect(Collectors.joining("\n"));
    }
  }
}
