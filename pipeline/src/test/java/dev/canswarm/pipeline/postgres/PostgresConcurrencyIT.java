package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.TurnWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What many callers at once, and those who wait, get from the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresConcurrencyIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Short, but long enough to connect on a busy machine; in milliseconds. */
  private static final int HASTY_MILLIS = 1_500;

  private TestDatabase database;
  private PostgresSlotStore store;

  @BeforeAll
  void open() {
    database = TestDatabase.create("concurrency_it");
    store = new PostgresSlotStore(database.settings());
  }

  @AfterAll
  void close() {
    store.closeLater().block();
  }

  private static SlotRow row(String scope, String slot, String content) {
    return TestRows.row(scope, slot, Verb.PROPOSE, content);
  }

  @Test
  void manyLoadsAtOnceEachGetTheirOwnScope() {
    Flux.range(0, 200)
        .flatMap(i -> StoredRows.fill(store, List.of(row("own/" + i, "S", "c" + i))), 200)
        .blockLast(LONG);
    List<Boolean> own =
        Flux.range(0, 200)
            .flatMap(
                i ->
                    store
                        .load("own/" + i)
                        .map(rows -> rows.equals(List.of(row("own/" + i, "S", "c" + i)))),
                200)
            .collectList()
            .blockOptional(LONG)
            .orElseThrow();
    assertThat(own).hasSize(200).containsOnly(true);
  }

  @Test
  void storesThatOverlapInEveryOrderNeverDeadlock() {
    PostgresSlotStore other = new PostgresSlotStore(database.settings());
    Random random = new Random(42);
    List<PostgresSlotStore> both = List.of(store, other);
    List<String> slots = IntStream.range(0, 40).mapToObj(i -> "S" + i).toList();
    Flux<SlotRow> answers =
        Flux.range(0, 1_500)
            .map(i -> shuffled(slots, random, i))
            .index()
            .flatMap(
                call -> {
                  PostgresSlotStore at = both.get((int) (call.getT1() % 2));
                  Mono<Void> closing =
                      call.getT1() % 5 == 0
                          ? at.store(TurnWrite.ofClosings(List.of(new NeedId("deadlock/n1"))))
                              .then()
                          : Mono.empty();
                  return StoredRows.fill(at, call.getT2(), timers(call.getT2()))
                      .zipWith(closing.thenReturn(1));
                },
                256)
            .flatMapIterable(filled -> filled.getT1());
    List<SlotRow> all = answers.collectList().blockOptional(LONG).orElseThrow();
    other.closeLater().block();
    Set<SlotRow> stored = Set.copyOf(store.load("deadlock").blockOptional().orElseThrow());
    assertThat(stored).hasSize(40);
    assertThat(all).hasSize(1_500 * 10).allMatch(stored::contains);
    assertThat(Set.copyOf(all).stream().map(SlotRow::id).toList()).doesNotHaveDuplicates();
  }

  private static List<SlotRow> shuffled(List<String> slots, Random random, int call) {
    List<String> some = new ArrayList<>(slots);
    Collections.shuffle(some, random);
    return some.stream().limit(10).map(slot -> row("deadlock", slot, call + slot)).toList();
  }

  private static List<OpenNeed> timers(List<SlotRow> rows) {
    return rows.stream()
        .limit(3)
        .map(row -> TestRows.timer("deadlock/n" + row.slot().length() + row.slot(), 1))
        .toList();
  }

  @Test
  void aCallerThatGivesUpTakesNobodyElseWithIt() throws SQLException {
    List<Disposable> gone = new ArrayList<>();
    List<Mono<List<SlotRow>>> staying = new ArrayList<>();
    try (Connection beside = database.connect();
        Statement lock = beside.createStatement()) {
      beside.setAutoCommit(false);
      lock.execute("lock table oplog in access exclusive mode");
      for (int i = 0; i < 100; i++) {
        int call = i;
        Mono<List<SlotRow>> answer =
            StoredRows.fill(store, List.of(row("gone", "S" + call, "c" + call))).cache();
        Disposable subscription = answer.subscribe();
        if (i % 2 == 0) {
          gone.add(StoredRows.fill(store, List.of(row("gone", "S" + call, "other"))).subscribe());
        }
        staying.add(answer);
        assertThat(subscription.isDisposed()).isFalse();
      }
      gone.forEach(Disposable::dispose);
      beside.rollback();
    }
    assertThat(Flux.merge(Flux.fromIterable(staying), 100).count().block(LONG)).isEqualTo(100);
    assertThat(store.load("gone").block()).hasSize(100);
  }

  @Test
  void aStatementThatTakesTooLongIsRetryableAndItsConnectionGoesOn() throws SQLException {
    PostgresSlotStore hasty = new PostgresSlotStore(database.withTimeout(HASTY_MILLIS));
    hasty.nextEpoch().block();
    try (Connection beside = database.connect();
        Statement lock = beside.createStatement()) {
      beside.setAutoCommit(false);
      lock.execute("lock table oplog in access exclusive mode");
      StepVerifier.create(StoredRows.fill(hasty, List.of(row("slow", "S", "c"))))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(RetryableException.class)
                      .hasMessageContaining("statement timeout"))
          .verify(LONG);
      beside.rollback();
    }
    assertThat(StoredRows.fill(hasty, List.of(row("slow", "S", "c"))).block(LONG))
        .containsExactly(row("slow", "S", "c"));
    hasty.closeLater().block();
  }

  @Test
  void whoeverWaitsForABusyPoolFailsRetryably() throws SQLException {
    PostgresSlotStore hasty =
        new PostgresSlotStore(
            new PostgresPoolSettings(database.settings().address(), 1, HASTY_MILLIS));
    hasty.nextEpoch().block();
    try (Connection beside = database.connect();
        Statement lock = beside.createStatement()) {
      beside.setAutoCommit(false);
      lock.execute("lock table oplog in access exclusive mode");
      StepVerifier.create(
              Flux.merge(
                      errorOf(hasty.load("a")),
                      errorOf(hasty.find("a", "b")),
                      errorOf(StoredRows.fill(hasty, List.of(row("a", "b", "c")))),
                      errorOf(hasty.nextEpoch()))
                  .map(Object::getClass)
                  .distinct())
          .expectNext(RetryableException.class)
          .expectComplete()
          .verify(LONG);
      beside.rollback();
    }
    hasty.closeLater().block();
  }

  private static Mono<Throwable> errorOf(Mono<?> call) {
    return call.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
  }

  @Test
  void aListingOfNeedsGoesOnPastItsFirstPage() {
    int count = PostgresSlotStore.NEEDS_PAGE_ROWS * 2 + 10;
    Flux.range(0, count)
        .flatMap(
            i ->
                StoredRows.fill(
                    store,
                    List.of(
                        TestRows.row("page/" + i % 7, "NEED/" + i, Verb.NEED, "n" + i),
                        row("page/" + i, "PROPOSE/x", "p" + i))),
            count)
        .blockLast(LONG);
    List<SlotRow> needs = store.needs().collectList().blockOptional(LONG).orElseThrow();
    assertThat(needs).hasSize(count).doesNotHaveDuplicates();
  }
}
