package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.port.TurnWriteContract;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The contract on a real server, and what only two connections can show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresTurnWriteIT extends TurnWriteContract {
  private static final Duration LONG = Duration.ofSeconds(60);

  private TestDatabase database;
  private PostgresSlotStore store;
  private PostgresSlotStore other;

  @BeforeAll
  void open() {
    database = TestDatabase.create("turn_write_it");
    store = new PostgresSlotStore(database.settings());
    other = new PostgresSlotStore(database.settings());
  }

  @AfterAll
  void close() {
    store.closeLater().block();
    other.closeLater().block();
  }

  @Override
  protected SlotStore store() {
    return store;
  }

  private static TurnWrite chain(String scope, String whose) {
    return new TurnWrite(
        List.of(
            Candidate.free(rowOf(scope, "VERDICT", "verdict of " + whose)),
            new Candidate(rowOf(scope, "FINALIZE", "finalize of " + whose), List.of(0))),
        List.of(),
        List.of(),
        List.of());
  }

  /** Waits until the store's statement waits for a lock that another connection has. */
  private void awaitLocked() {
    awaitLocked(1);
  }

  private void awaitLocked(int statements) {
    BusProbe.await("statements that wait for a lock", () -> waitingForLocks() >= statements);
  }

  private long waitingForLocks() {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where datname = current_database()"
                    + " and application_name = 'can-swarm' and wait_event_type = 'Lock'")) {
      found.next();
      return found.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void insert(Statement statement, SlotRow row) throws SQLException {
    statement.execute(
        "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport,"
            + " timestamp_ns, bytes, ops) values ('"
            + row.scope()
            + "', '"
            + row.slot()
            + "', 'id', 'n', 't', 'PROPOSE', '', 1, '1', convert_to('"
            + new String(row.bytes(), StandardCharsets.UTF_8)
            + "', 'UTF8'), '[]')");
  }

  @Test
  void aRowThatAnotherTransactionCommitsMeanwhileIsHeldAndItsDependentsAreLeftOut()
      throws SQLException, ExecutionException, InterruptedException {
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      insert(statement, rowOf("meanwhile", "VERDICT", "verdict of me"));
      CompletableFuture<List<StoreOutcome>> answer =
          store.store(chain("meanwhile", "me")).toFuture();
      awaitLocked();
      beside.commit();
      // The same bytes, but stored after the statement's snapshot: that counts as not held.
      assertThat(answer.get())
          .containsExactly(
              new StoreOutcome.Held(rowOf("meanwhile", "VERDICT", "verdict of me")),
              new StoreOutcome.LeftOut());
    }
    assertThat(store.store(chain("meanwhile", "me")).block(LONG))
        .satisfies(again -> assertThat(again.get(1)).isInstanceOf(StoreOutcome.Inserted.class));
  }

  private TurnWrite decision(String scope, long pin) {
    return new TurnWrite(
        List.of(new Candidate(rowOf(scope, "DECIDE", "d"), List.of(), pin)),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void aDecisionWaitsForAnEntryThatIsBeingStoredAndIsLeftOutThen()
      throws SQLException, ExecutionException, InterruptedException {
    long head = nextHead();
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      statement.execute(
          "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport,"
              + " timestamp_ns, bytes, ops) values ('#control', 'CONTROL/"
              + (head + 1)
              + "', 'id', '#control', 'control', 'CONTROL', '', 1, '1', '', '[]')");
      CompletableFuture<List<StoreOutcome>> late = store.store(decision("late", head)).toFuture();
      awaitLocked();
      beside.commit();
      assertThat(late.get()).containsExactly(new StoreOutcome.LeftOut());
    }
    assertThat(store.store(decision("late", head + 1)).block(LONG))
        .hasOnlyElementsOfType(StoreOutcome.Inserted.class);
  }

  @Test
  void anEntryWaitsForTheTransactionOfADecision()
      throws SQLException, ExecutionException, InterruptedException {
    long head = nextHead();
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      statement.execute("select control_head_held()");
      CompletableFuture<List<StoreOutcome>> entry =
          store.store(TurnWrite.of(List.of(entry(head + 1)))).toFuture();
      awaitLocked();
      assertThat(entry).isNotDone();
      beside.commit();
      assertThat(entry.get()).hasOnlyElementsOfType(StoreOutcome.Inserted.class);
    }
    assertThat(store.store(decision("before", head)).block(LONG))
        .containsExactly(new StoreOutcome.LeftOut());
  }

  /** Turns that overlap would keep an entry waiting for ever otherwise. */
  @Test
  void aTurnThatComesAfterAnEntryWaitsForIt()
      throws SQLException, ExecutionException, InterruptedException {
    long head = nextHead();
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      statement.execute("select control_head_held()");
      CompletableFuture<List<StoreOutcome>> entry =
          store.store(TurnWrite.of(List.of(entry(head + 1)))).toFuture();
      awaitLocked(1);
      CompletableFuture<List<StoreOutcome>> late = other.store(decision("after", head)).toFuture();
      awaitLocked(2);
      beside.commit();
      assertThat(entry.get()).hasOnlyElementsOfType(StoreOutcome.Inserted.class);
      assertThat(late.get()).containsExactly(new StoreOutcome.LeftOut());
    }
  }

  @Test
  void aRowThatPinsNoHeadWaitsForNoEntry() throws SQLException {
    long head = nextHead();
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      statement.execute(
          "insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport,"
              + " timestamp_ns, bytes, ops) values ('#control', 'CONTROL/"
              + (head + 1)
              + "', 'id', '#control', 'control', 'CONTROL', '', 1, '1', '', '[]')");
      assertThat(store.store(TurnWrite.of(List.of(rowOf("free", "WAIT", "w")))).block(LONG))
          .hasOnlyElementsOfType(StoreOutcome.Inserted.class);
      beside.rollback();
    }
  }

  @Test
  void aTransactionThatIsRolledBackMeanwhileLeavesTheSlotToTheTurn()
      throws SQLException, ExecutionException, InterruptedException {
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      insert(statement, rowOf("rolled back", "VERDICT", "verdict of another"));
      CompletableFuture<List<StoreOutcome>> answer =
          store.store(chain("rolled back", "me")).toFuture();
      awaitLocked();
      beside.rollback();
      assertThat(answer.get()).allMatch(StoreOutcome.Inserted.class::isInstance);
    }
  }

  @Test
  void aDeadlockIsRetryableAndLeavesNothingBehind() throws SQLException, InterruptedException {
    try (Connection beside = database.connect();
        Statement statement = beside.createStatement()) {
      beside.setAutoCommit(false);
      // The turn checks for deadlocks after a second, so it is the one that finds this one.
      statement.execute("set local deadlock_timeout = '1min'");
      insert(statement, rowOf("deadlock", "B", "theirs"));
      CompletableFuture<List<StoreOutcome>> answer =
          store
              .store(
                  TurnWrite.of(
                      List.of(rowOf("deadlock", "A", "mine"), rowOf("deadlock", "B", "mine"))))
              .toFuture();
      awaitLocked();
      insert(statement, rowOf("deadlock", "A", "theirs"));
      assertThat(answer.handle((outcomes, failure) -> failure))
          .succeedsWithin(LONG)
          .satisfies(
              failure ->
                  assertThat(failure)
                      .isInstanceOf(RetryableException.class)
                      .hasMessageContaining("deadlock"));
      beside.rollback();
    }
    assertThat(store.load("deadlock").block(LONG)).isEmpty();
    assertThat(store.store(TurnWrite.of(List.of(rowOf("deadlock", "A", "a")))).block(LONG))
        .hasSize(1);
  }

  @Test
  void twoProcessesThatRaceOverManyNeedsStoreNoFinalizeWithoutItsVerdict() {
    int needs = 150;
    Flux.range(0, 12)
        .flatMap(
            i -> {
              List<Candidate> turn = new ArrayList<>();
              for (int n = 0; n < needs; n++) {
                int base = turn.size();
                turn.addAll(chain("race/" + (n * 7 + i) % needs, "process " + i).candidates());
                turn.set(base + 1, new Candidate(turn.get(base + 1).row(), List.of(base)));
              }
              PostgresSlotStore process = i % 2 == 0 ? store : other;
              return process.store(new TurnWrite(turn, List.of(), List.of(), List.of())).retry(3);
            },
            12)
        .blockLast(LONG);
    for (int n = 0; n < needs; n++) {
      List<SlotRow> rows = store.load("race/" + n).blockOptional(LONG).orElseThrow();
      assertThat(rows).isNotEmpty();
      if (rows.size() == 2) {
        assertThat(text(rows.get(0)).replace("finalize", ""))
            .isEqualTo(text(rows.get(1)).replace("verdict", ""));
      }
    }
  }

  private static String text(SlotRow row) {
    return new String(row.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aRowThatTheServerRefusesFailsTheWriteAsItselfAndNothingOfItIsStored() {
    SlotRow bad = TestRows.row("refused", "B", "NONSENSE", "b");
    assertThat(
            store
                .store(TurnWrite.of(List.of(rowOf("refused", "A", "a"), bad)))
                .map(outcomes -> "stored")
                .onErrorResume(error -> Mono.just(error.toString()))
                .block(LONG))
        .contains("oplog_kind");
    assertThat(store.load("refused").block(LONG)).isEmpty();
  }
}
