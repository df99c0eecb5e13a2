package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.MigrationsLocation;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.FollowedRow;
import dev.canswarm.pipeline.follow.LogReader;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.pipeline.follow.RowCounts;
import dev.canswarm.pipeline.follow.Selection;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Reading the op-log along. */
final class PostgresLogIT {
  private static final TestDatabase DATABASE = TestDatabase.create("log_it");
  private static final PostgresSlotStore STORE = new PostgresSlotStore(DATABASE.settings());
  private static final PostgresReadModel READ_MODEL = new PostgresReadModel(DATABASE.settings());
  private static final int ROWS_MAX = 100;

  private final LogReader log = READ_MODEL.log();

  @AfterAll
  static void close() {
    STORE.closeLater().block();
    READ_MODEL.closeLater().block();
  }

  @Test
  void aRowThatIsCommittedLateIsNeverSkipped() throws SQLException {
    Position from = now();
    try (Connection slow = DATABASE.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      insert(statement, "late");
      store("early-1");
      store("early-2");
      LogReader.Page meanwhile = after(from, ROWS_MAX);
      assertThat(meanwhile.entries()).isEmpty();
      assertThat(meanwhile.complete()).isTrue();
      slow.commit();
    }
    assertThat(ids(settled(from, 3)))
        .containsExactly("id of late", "id of early-1", "id of early-2");
  }

  @Test
  void ofSomeKindsTheOthersArePassedAndALateRowIsNot() throws SQLException {
    Position from = now();
    Set<String> kinds = Set.of("COMMIT", "PROPOSE");
    try (Connection slow = DATABASE.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      insert(statement, "late-kind");
      StoredRows.fill(STORE, List.of(row("kind-1", "DECIDE"))).block();
      LogReader.Page meanwhile = ofKinds(from, kinds, ROWS_MAX);
      assertThat(meanwhile.entries()).isEmpty();
      slow.commit();
      StoredRows.fill(STORE, List.of(row("kind-2", "COMMIT"), row("kind-3", "CLAIM"))).block();
      settled(meanwhile.end(), 4);
      LogReader.Page first = ofKinds(meanwhile.end(), kinds, 1);
      assertThat(ids(first)).containsExactly("id of late-kind");
      assertThat(first.complete()).isFalse();
      LogReader.Page rest = ofKinds(first.end(), kinds, ROWS_MAX);
      assertThat(ids(rest)).containsExactly("id of kind-2");
      assertThat(after(rest.end(), ROWS_MAX).entries()).as("it was passed").isEmpty();
    }
  }

  private LogReader.Page ofKinds(Position position, Set<String> kinds, int rowsMax) {
    return selected(position, Selection.ofKinds(kinds), LogReader.Bounds.first(rowsMax));
  }

  private LogReader.Page selected(Position position, Selection selection, LogReader.Bounds bounds) {
    return log.after(position, selection, bounds).blockOptional().orElseThrow();
  }

  private static SlotRow message(String needId, String kind, String payload) {
    return SlotRow.at(needId, kind)
        .id(kind + " of " + needId)
        .need(new NeedId(needId), new ThreadId("thread of " + needId))
        .kind(kind)
        .bytes(("{\"payload\":" + payload + "}").getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static String numbered(int number) {
    return "%07x".formatted(number) + "e".repeat(57);
  }

  @Test
  void aSampleAndSomeNeedsAndThreadsAreReadAndTheOthersArePassed() {
    Position from = now();
    List<SlotRow> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(message(numbered(i), "PROPOSE", "{}"));
      rows.add(message(numbered(i), "COMMIT", "{}"));
    }
    rows.add(message("no hash", "COMMIT", "{}"));
    StoredRows.fill(STORE, rows).block();
    settled(from, rows.size());
    LogReader.Bounds bounds = LogReader.Bounds.first(ROWS_MAX);
    LogReader.Page sampled =
        selected(from, new Selection(4, Set.of("COMMIT"), Set.of(), Set.of(), false), bounds);
    assertThat(ids(sampled))
        .containsExactlyInAnyOrder(
            "COMMIT of " + numbered(0), "COMMIT of " + numbered(4), "COMMIT of no hash");
    LogReader.Page chosen =
        selected(
            from,
            new Selection(
                0,
                Set.of(),
                Set.of(new NeedId(numbered(1))),
                Set.of(new ThreadId("thread of " + numbered(2))),
                false),
            bounds);
    assertThat(ids(chosen))
        .containsExactlyInAnyOrder(
            "PROPOSE of " + numbered(1),
            "COMMIT of " + numbered(1),
            "PROPOSE of " + numbered(2),
            "COMMIT of " + numbered(2));
    assertThat(chosen.counts()).isEqualTo(RowCounts.NONE);
    assertThat(after(chosen.end(), ROWS_MAX).entries()).as("the others are passed").isEmpty();
  }

  @Test
  void aReadPassesNoMoreRowsThanItMay() {
    Position from = now();
    List<SlotRow> rows =
        IntStream.range(0, 25).mapToObj(i -> row("few-%02d".formatted(i), "PROPOSE")).toList();
    StoredRows.fill(STORE, rows).block();
    StoredRows.fill(STORE, List.of(row("few-last", "COMMIT"))).block();
    settled(from, rows.size() + 1);
    Selection commits = Selection.ofKinds(Set.of("COMMIT"));
    LogReader.Page first = selected(from, commits, new LogReader.Bounds(ROWS_MAX, 20));
    assertThat(first.entries()).isEmpty();
    assertThat(first.complete()).isFalse();
    assertThat(after(first.end(), ROWS_MAX).entries()).hasSize(6);
    LogReader.Page second = selected(first.end(), commits, new LogReader.Bounds(ROWS_MAX, 20));
    assertThat(ids(second)).containsExactly("id of few-last");
    assertThat(second.complete()).isTrue();
  }

  @Test
  void allRowsThatArePassedAreCountedAndNoOthers() {
    Position from = now();
    StoredRows.fill(
            STORE,
            List.of(
                message("counted-1", "NEED", "{}"),
                message("counted-2", "NEED", "{}"),
                message("counted-1", "FINALIZE", "{\"outcome\":\"ACCEPTED\"}"),
                message("counted-2", "FINALIZE", "{ \"outcome\" : \"ACCEPTED\" }"),
                message("counted-3", "FINALIZE", "{\"outcome\":\"EXPIRED\"}"),
                message("counted-4", "FINALIZE", "{\"outcome\":\"REJECTED\",\"x\":\"ACCEPTED\"}"),
                message("counted-5", "FINALIZE", "no JSON"),
                message("counted-6", "DEAD_LETTER", "{}"),
                message("counted-6", "COMMIT", "{}")))
        .block();
    settled(from, 9);
    Selection commits = new Selection(1, Set.of("COMMIT"), Set.of(), Set.of(), true);
    LogReader.Page page = selected(from, commits, LogReader.Bounds.first(ROWS_MAX));
    assertThat(ids(page)).containsExactly("COMMIT of counted-6");
    assertThat(page.counts())
        .extracting(
            RowCounts::began,
            RowCounts::accepted,
            RowCounts::rejected,
            RowCounts::expired,
            RowCounts::refused)
        .containsExactly(2, 2, 2, 1, 1);
    Selection needs = new Selection(1, Set.of("NEED"), Set.of(), Set.of(), true);
    LogReader.Page one = selected(from, needs, LogReader.Bounds.first(1));
    assertThat(one.counts().began()).isEqualTo(1);
    LogReader.Page rest = selected(one.end(), needs, LogReader.Bounds.first(ROWS_MAX));
    assertThat(rest.counts().began()).isEqualTo(1);
    assertThat(one.counts().accepted() + rest.counts().accepted()).isEqualTo(2);
    assertThat(one.counts().rejected() + rest.counts().rejected()).isEqualTo(2);
  }

  @Test
  void anEndIsTimedFromItsNeed() {
    Position from = now();
    DATABASE.execute(
        "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns,"
            + " bytes, ops, stored_ms) values"
            + " ('t', 'NEED/timed', 'timed', 'timed', 't', 'NEED', '', 1, '1', '{}', '[]', 1000),"
            + " ('timed', 'FINALIZE', 'end', 'timed', 't', 'FINALIZE', '', 2, '1', '{}', '[]', 1250),"
            + " ('other', 'FINALIZE', 'end 2', 'other', 't', 'FINALIZE', '', 2, '1', '{}', '[]', 9)");
    settled(from, 3);
    Selection none = new Selection(0, Set.of(), Set.of(), Set.of(), true);
    assertThat(selected(from, none, LogReader.Bounds.first(ROWS_MAX)).counts().tookMillis())
        .containsExactly(250L);
  }

  @Test
  void aTransactionThatTakesItsNumberLastAndItsPositionFirstIsReadInItsPlace() throws SQLException {
    Position from = now();
    try (Connection first = DATABASE.connect();
        Connection second = DATABASE.connect();
        Statement ofFirst = first.createStatement();
        Statement ofSecond = second.createStatement()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      ofFirst.execute("select pg_current_xact_id()");
      ofSecond.execute("select pg_current_xact_id()");
      insert(ofSecond, "second");
      insert(ofFirst, "first");
      first.commit();
      LogReader.Page page = settled(from, 1);
      assertThat(ids(page)).containsExactly("id of first");
      second.commit();
      assertThat(ids(settled(page.end(), 1))).containsExactly("id of second");
    }
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepetition() {
    Position at = now();
    List<SlotRow> rows =
        IntStream.range(0, 25).mapToObj(i -> row("page-%02d".formatted(i), "PROPOSE")).toList();
    StoredRows.fill(STORE, rows).block();
    settled(at, rows.size());
    List<String> read = new ArrayList<>();
    LogReader.Page page;
    do {
      page = after(at, 10);
      read.addAll(ids(page));
      assertThat(page.end().isAfter(at)).isTrue();
      at = page.end();
    } while (!page.complete());
    assertThat(read).containsExactlyElementsOf(rows.stream().map(SlotRow::id).toList());
  }

  @Test
  void whatWaitsForAParentIsPassedAndNotShown() {
    Position from = now();
    StoredRows.fill(STORE, List.of(row("waits", SlotRow.WAIT))).block();
    BusProbe.await("it is passed", () -> after(from, ROWS_MAX).end().isAfter(from));
    assertThat(after(from, ROWS_MAX).entries()).isEmpty();
  }

  @Test
  void aNeedHasItsOwnRowAndItsMessages() {
    Position from = now();
    SlotRow need =
        SlotRow.at("thread-1", "NEED/x")
            .id("n1")
            .need(new NeedId("n1"), new ThreadId("thread-1"))
            .kind("NEED")
            .build();
    StoredRows.fill(STORE, List.of(need, row("n1", "DECIDE"), row("n2", "DECIDE"))).block();
    DATABASE.execute(
        "insert into open_needs (need_id, thread_id, partition, due_ms) values ('n1', 'thread-1',"
            + " 0, 0)");
    settled(from, 3);
    LogReader.Page page =
        log.ofNeed(new NeedId("n1"), from, ROWS_MAX).blockOptional().orElseThrow();
    assertThat(page.entries())
        .extracting(FollowedRow::needId)
        .containsExactly(new NeedId("n1"), new NeedId("n1"));
    assertThat(page.entries()).extracting(FollowedRow::kind).containsExactly("DECIDE", "NEED");
  }

  @Test
  void aRestoredLogIsReadFromItsBeginning() {
    TestDatabase restored = TestDatabase.create("log_restored_it");
    PostgresSlotStore store = new PostgresSlotStore(restored.settings());
    PostgresReadModel readModel = new PostgresReadModel(restored.settings());
    StoredRows.fill(store, List.of(row("old", "PROPOSE"))).block();
    restored.execute(
        "alter table oplog disable trigger all; update oplog set xact = '4000000000';"
            + " alter table oplog enable trigger all");
    assertThat(all(readModel).entries()).isEmpty();
    restored.migrate();
    BusProbe.await("it is read", () -> all(readModel).entries().size() == 1);
    store.closeLater().block();
    readModel.closeLater().block();
  }

  @Test
  void rowsFromBeforeThereWerePositionsAreReadInTheOrderInWhichTheyWereStored() {
    TestDatabase old = TestDatabase.createEmpty("log_upgraded_it");
    PostgresPoolSettings.Address owner = old.owner().address();
    Flyway.configure()
        .dataSource(
            "jdbc:postgresql://" + owner.host() + ":" + owner.port() + "/" + owner.database(),
            owner.user(),
            owner.password())
        .locations(MigrationsLocation.FLYWAY)
        .target("3")
        .load()
        .migrate();
    for (String scope : List.of("c", "a", "b")) {
      old.execute(
          "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport,"
              + " timestamp_ns, bytes, ops) values ('"
              + scope
              + "', 'NEED', 'id of "
              + scope
              + "', 'n', 't', 'NEED', '', 1, '1', '', '[]')");
    }
    old.migrate();
    PostgresSlotStore store = new PostgresSlotStore(old.settings());
    PostgresReadModel readModel = new PostgresReadModel(old.settings());
    StoredRows.fill(store, List.of(row("new", "PROPOSE"))).block();
    BusProbe.await("all are read", () -> all(readModel).entries().size() == 4);
    assertThat(ids(all(readModel))).containsExactly("id of c", "id of a", "id of b", "id of new");
    assertThat(all(readModel).entries().get(2).position().transaction()).isZero();
    store.closeLater().block();
    readModel.closeLater().block();
  }

  private static LogReader.Page all(PostgresReadModel readModel) {
    return readModel.log().after(Position.START, ROWS_MAX).blockOptional().orElseThrow();
  }

  private Position now() {
    return log.now().blockOptional().orElseThrow();
  }

  /** Reads once so many rows are settled: PostgreSQL's own transactions hold them back, too. */
  private LogReader.Page settled(Position from, int rows) {
    BusProbe.await("rows are settled", () -> after(from, ROWS_MAX).entries().size() >= rows);
    return after(from, ROWS_MAX);
  }

  private LogReader.Page after(Position position, int rowsMax) {
    return log.after(position, rowsMax).blockOptional().orElseThrow();
  }

  private static List<String> ids(LogReader.Page page) {
    return page.entries().stream().map(FollowedRow::id).toList();
  }

  private static SlotRow row(String scope, String kind) {
    return TestRows.row(scope, "slot", kind, scope);
  }

  private static void store(String scope) {
    StoredRows.fill(STORE, List.of(row(scope, "PROPOSE"))).block();
  }

  private static void insert(Statement statement, String scope) throws SQLException {
    statement.execute(
        "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport,"
            + " timestamp_ns, bytes, ops) values ('"
            + scope
            + "', 'slot', 'id of "
            + scope
            + "', 'n', 't', 'PROPOSE', '', 1, '1', '', '[]')");
  }
}
