package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Kind;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
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

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresGroupCommitIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Soon over, but long enough to connect on a busy machine. */
  private static final int HASTY_MILLIS = 1_500;

  private TestDatabase database;
  private PostgresSlotStore store;

  @BeforeAll
  void open() {
    database = TestDatabase.create("group_commit_it");
    store = new PostgresSlotStore(database.settings());
  }

  @AfterAll
  void close() {
    store.closeLater().block();
  }

  private static SlotRow row(String scope, String slot, String content) {
    return TestRows.row(scope, slot, Kind.PROPOSE, content);
  }

  @Test
  void callsThatComeTogetherShareBatches() {
    long batches = store.fillBatchCount();
    long calls = store.fillCount();
    StepVerifier.create(
            Flux.range(0, 2_000)
                .flatMap(
                    i -> store.fill(List.of(row("load/" + i, "S", "c" + i)), List.of()), 1_000))
        .expectNextCount(2_000)
        .expectComplete()
        .verify(LONG);
    assertThat(store.fillCount() - calls).isEqualTo(2_000);
    assertThat(store.fillBatchCount() - batches).isLessThan(1_000);
  }

  @Test
  void manyLoadsAtOnceEachGetTheirOwnScope() {
    Flux.range(0, 200)
        .flatMap(i -> store.fill(List.of(row("own/" + i, "S", "c" + i)), List.of()), 200)
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
                      call.getT1() % 5 == 0 ? at.close("deadlock/n1") : Mono.empty();
                  return at.fill(call.getT2(), timers(call.getT2())).zipWith(closing.thenReturn(1));
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
  void aRowThatTheServerRefusesFailsAsItselfAndHarmsNobodyElse() {
    List<Integer> stored = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> refused = Collections.synchronizedList(new ArrayList<>());
    Flux.range(0, 200)
        .flatMap(
            i ->
                store
                    .fill(List.of(TestRows.row("bad", "S" + i, kind(i), "c" + i)), List.of())
                    .doOnNext(rows -> stored.add(i))
                    .onErrorResume(
                        error -> {
                          refused.add(error);
                          return Mono.empty();
                        }),
            200)
        .blockLast(LONG);
    assertThat(stored).hasSize(190);
    assertThat(refused)
        .hasSize(10)
        .noneMatch(RetryableException.class::isInstance)
        .allSatisfy(error -> assertThat(error).hasMessageContaining("oplog_kind"));
    assertThat(store.load("bad").block()).hasSize(190);
  }

  private static String kind(int i) {
    return i % 20 == 7 ? "NONSENSE" : Kind.PROPOSE.name();
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
            store.fill(List.of(row("gone", "S" + call, "c" + call)), List.of()).cache();
        Disposable subscription = answer.subscribe();
        if (i % 2 == 0) {
          gone.add(store.fill(List.of(row("gone", "S" + call, "other")), List.of()).subscribe());
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
      StepVerifier.create(hasty.fill(List.of(row("slow", "S", "c")), List.of()))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(RetryableException.class)
                      .hasMessageContaining("statement timeout"))
          .verify(LONG);
      beside.rollback();
    }
    assertThat(hasty.fill(List.of(row("slow", "S", "c")), List.of()).block(LONG))
        .containsExactly(row("slow", "S", "c"));
    hasty.closeLater().block();
  }

  @Test
  void whoeverWaitsForABusyPoolFailsRetryably() throws SQLException {
    PostgresSlotStore hasty =
        new PostgresSlotStore(
            new PostgresSettings(
                database.settings().host(),
                database.settings().port(),
                database.settings().database(),
                database.settings().user(),
                "",
                1,
                100,
                HASTY_MILLIS));
    hasty.nextEpoch().block();
    try (Connection beside = database.connect();
        Statement lock = beside.createStatement()) {
      beside.setAutoCommit(false);
      lock.execute("lock table oplog in access exclusive mode");
      StepVerifier.create(
              Flux.merge(
                      errorOf(hasty.load("a")),
                      errorOf(hasty.find("a", "b")),
                      errorOf(hasty.fill(List.of(row("a", "b", "c")), List.of())),
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
                store.fill(
                    List.of(
                        TestRows.row("page/" + i % 7, "NEED/" + i, Kind.NEED, "n" + i),
                        row("page/" + i, "PROPOSE/x", "p" + i)),
                    List.of()),
            count)
        .blockLast(LONG);
    List<SlotRow> needs = store.needs().collectList().blockOptional(LONG).orElseThrow();
    assertThat(needs).hasSize(count).doesNotHaveDuplicates();
  }
}
