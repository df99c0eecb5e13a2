package dev.canswarm.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/**
 * What every {@link SlotStore} does. A subclass hands in the store; each test uses scopes and
 * partitions of its own, so that one store may serve the whole suite.
 */
public abstract class SlotStoreContract {
  private String scope = "scope";
  private int partition;

  /** The store under test. */
  protected abstract SlotStore store();

  @BeforeEach
  final void nameTheScope(TestInfo test) {
    scope = getClass().getSimpleName() + "/" + test.getDisplayName();
    partition = Math.floorMod(scope.hashCode(), 1_000_000) * 2;
  }

  private static SlotRow row(String scope, String slot, String content) {
    return row(scope, slot, Verb.PROPOSE.name(), content);
  }

  private static SlotRow row(String scope, String slot, String kind, String content) {
    return SlotRows.row(scope, slot, kind, content);
  }

  private SlotRow need(String thread, String name) {
    return row(thread, "NEED/" + name, Verb.NEED.name(), scope + name);
  }

  private static List<NeedId> needIds(String... ids) {
    return Stream.of(ids).map(NeedId::new).toList();
  }

  private OpenNeed timer(String name, @Nullable String slot, long dueMillis) {
    return new OpenNeed(
        new NeedId(scope + "/" + name), new ThreadId("thread-1"), slot, partition, dueMillis, 0);
  }

  private List<SlotRow> fill(SlotRow... rows) {
    return StoredRows.fill(store(), List.of(rows)).blockOptional().orElseThrow();
  }

  private void arm(OpenNeed timer) {
    write(TurnWrite.ofTimers(List.of(timer)));
  }

  private void close(String needId) {
    write(TurnWrite.ofClosings(List.of(new NeedId(needId))));
  }

  private void abandon(String needId) {
    write(new TurnWrite(List.of(), List.of(), List.of(), List.of(new NeedId(needId))));
  }

  private void write(TurnWrite write) {
    StepVerifier.create(store().store(write)).expectNext(List.of()).verifyComplete();
  }

  private OpenNeed open(String name) {
    return store().open(new NeedId(scope + "/" + name)).blockOptional().orElseThrow();
  }

  @Test
  void aFilledSlotKeepsItsFirstAnswer() {
    SlotRow first = fill(row(scope, "DECIDE", "a")).get(0);
    SlotRow answer = fill(row(scope, "DECIDE", "b")).get(0);
    assertThat(answer).isEqualTo(first);
    assertThat(answer.sameAnswer(row(scope, "DECIDE", "b"))).isFalse();
    assertThat(answer.storedMillis()).isEqualTo(first.storedMillis());
  }

  @Test
  void oneSlotNameInTwoScopesIsTwoSlots() {
    fill(row(scope, "A", "here"));
    assertThat(fill(row(scope + "/2", "A", "there")))
        .containsExactly(row(scope + "/2", "A", "there"));
  }

  @Test
  void everyFieldComesBackAsItWasGiven() {
    byte[] bytes = new byte[256];
    IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);
    String odd = "quote\" back\\ comma, brace{} null NULL 'x' \u00e9 \ud83d\ude00\n";
    SlotRow candidate =
        SlotRow.at(scope, odd)
            .id("id" + odd)
            .need(new NeedId("need" + odd), new ThreadId("thread" + odd))
            .kind(Verb.ATTEST.name())
            .sender("")
            .time(9_007_199_254_740_991L, Long.MAX_VALUE)
            .bytes(bytes)
            .ops("[{\"type\":\"" + "x".repeat(3000) + "\"}]")
            .storedMillis(0)
            .build();
    fill(candidate);
    SlotRow answer = store().find(scope, odd).blockOptional().orElseThrow();
    assertThat(answer)
        .usingRecursiveComparison()
        .ignoringFields("storedMillis")
        .isEqualTo(candidate);
    assertThat(fill(candidate).get(0)).usingRecursiveComparison().isEqualTo(answer);
  }

  @Test
  void anAnswerMayBeEmpty() {
    fill(row(scope, "A", ""));
    assertThat(store().find(scope, "A").block()).isEqualTo(row(scope, "A", ""));
  }

  @Test
  void loadingGivesTheRowsOfAScopeInTheOrderOfTheirSlots() {
    fill(row(scope, "B", "b"), row(scope, "a", "lower"), row(scope, "A", "a"));
    fill(row(scope + "/2", "A", "elsewhere"));
    assertThat(store().load(scope).block())
        .containsExactly(row(scope, "A", "a"), row(scope, "B", "b"), row(scope, "a", "lower"));
  }

  @Test
  void loadingAnUnknownScopeGivesNoRows() {
    StepVerifier.create(store().load(scope)).expectNext(List.of()).verifyComplete();
  }

  @Test
  void needsAreFoundByTheirIdsInEveryThread() {
    SlotRow first = fill(need(scope + "/thread", "n1"), row(scope, "PROPOSE/a", "a")).get(0);
    SlotRow second = fill(need(scope + "/other", "n2"), need(scope + "/other", "n3")).get(0);
    assertThat(store().needs(needIds(first.id(), second.id(), "no such id")).block())
        .containsExactlyInAnyOrder(first, second);
    assertThat(store().needs(List.of()).block()).isEmpty();
  }

  @Test
  void whatOnlyNamesANeedIsNotTakenForIt() {
    SlotRow proposal = fill(row(scope, "PROPOSE/a", "a")).get(0);
    assertThat(store().needs(needIds(proposal.id(), scope)).block()).isEmpty();
  }

  @Test
  void oneCallReadsWhatATurnNeedsOfItsNeeds() {
    SlotRow own = fill(need(scope + "/thread", "n1")).get(0);
    SlotRow unasked = fill(need(scope + "/thread", "n2")).get(0);
    NeedId first = new NeedId(own.id());
    NeedId second = new NeedId(unasked.id());
    fill(row(first.text(), "PROPOSE/b", "b"), row(first.text(), "DECIDE", "a"));
    fill(row(second.text(), "PROPOSE/c", "c"), row(scope, "PROPOSE/d", "elsewhere"));
    arm(new OpenNeed(first, new ThreadId("t"), "NEED/n1", partition, 7, 0));
    arm(new OpenNeed(second, new ThreadId("t"), null, partition + 1, 8, 0));
    arm(timer("other", "NEED/n3", 9));

    TurnRead found =
        store()
            .read(List.of(first, second, new NeedId(scope)), List.of(first))
            .blockOptional()
            .orElseThrow();

    assertThat(found.own()).containsExactly(own);
    assertThat(found.rows())
        .containsExactlyInAnyOrder(
            row(first.text(), "DECIDE", "a"),
            row(first.text(), "PROPOSE/b", "b"),
            row(second.text(), "PROPOSE/c", "c"),
            row(scope, "PROPOSE/d", "elsewhere"));
    assertThat(found.timers())
        .containsExactlyInAnyOrderElementsOf(
            store().open(List.of(first, second)).blockOptional().orElseThrow())
        .hasSize(2);
    StepVerifier.create(store().read(List.of(), List.of()))
        .expectNext(new TurnRead(List.of(), List.of(), List.of()))
        .verifyComplete();
  }

  @Test
  void findingAnUnknownSlotIsEmpty() {
    fill(row(scope, "A", "a"));
    StepVerifier.create(store().find(scope, "B")).verifyComplete();
  }

  @Test
  void whoeverRacesForASlotAllGetOneAnswer() {
    List<SlotRow> answers =
        Flux.range(0, 64)
            .flatMap(i -> StoredRows.fill(store(), List.of(row(scope, "DECIDE", "c" + i))), 64)
            .flatMapIterable(rows -> rows)
            .collectList()
            .blockOptional()
            .orElseThrow();
    assertThat(answers).hasSize(64);
    assertThat(Set.copyOf(answers)).hasSize(1);
    assertThat(store().load(scope).block()).containsExactly(answers.get(0));
  }

  @Test
  void callsThatOverlapInAnyOrderAllGetWhatIsStored() {
    List<List<SlotRow>> answers =
        Flux.range(0, 64)
            .flatMap(
                i -> {
                  List<SlotRow> rows = new ArrayList<>();
                  IntStream.range(0, 8).forEach(s -> rows.add(row(scope, "S" + s, i + "/" + s)));
                  Collections.rotate(rows, i % 8);
                  return StoredRows.fill(store(), rows, List.of(timer("n" + i % 4, null, i)));
                },
                64)
            .collectList()
            .blockOptional()
            .orElseThrow();
    List<SlotRow> stored = store().load(scope).blockOptional().orElseThrow();
    assertThat(stored).hasSize(8);
    assertThat(answers).hasSize(64).allSatisfy(rows -> assertThat(stored).containsAll(rows));
  }

  @Test
  void aTimerIsThereOnceArmed() {
    arm(timer("n", "NEED/1", 500));
    OpenNeed row = open("n");
    assertThat(row)
        .usingRecursiveComparison()
        .ignoringFields("storedMillis")
        .isEqualTo(timer("n", "NEED/1", 500));
    assertThat(row.storedMillis()).isPositive();
  }

  @Test
  void armingAgainMovesTheDueTimeAndKeepsWhenItWasStored() {
    arm(timer("n", "NEED/1", 500));
    long stored = open("n").storedMillis();
    arm(timer("n", "NEED/1", 600));
    assertThat(open("n")).isEqualTo(stored(timer("n", "NEED/1", 600), stored));
  }

  @Test
  void whoOnlyRefersToANeedDoesNotPutOffItsTimer() {
    arm(timer("n", "NEED/1", 500));
    long stored = open("n").storedMillis();
    arm(timer("n", null, 400));
    arm(timer("n", null, 9000));
    assertThat(open("n")).isEqualTo(stored(timer("n", "NEED/1", 500), stored));
  }

  @Test
  void onlyWhatNoNeedHasComeForCanBeAbandoned() {
    arm(timer("n", null, 500));
    arm(timer("m", "NEED/1", 500));
    abandon(scope + "/n");
    abandon(scope + "/m");
    StepVerifier.create(store().open(new NeedId(scope + "/n"))).verifyComplete();
    assertThat(open("m").needSlot()).isEqualTo("NEED/1");
  }

  private static OpenNeed stored(OpenNeed timer, long storedMillis) {
    return new OpenNeed(
        timer.needId(),
        timer.threadId(),
        timer.needSlot(),
        timer.partition(),
        timer.dueMillis(),
        storedMillis);
  }

  @Test
  void aNeedThatWasOnlyWaitedForLearnsItsSlotLater() {
    arm(timer("n", null, 500));
    assertThat(open("n").needSlot()).isNull();
    arm(timer("n", "NEED/1", 500));
    assertThat(open("n").needSlot()).isEqualTo("NEED/1");
  }

  @Test
  void slotsAndTimersOfOneCallAreBothThere() {
    StoredRows.fill(
            store(),
            List.of(row(scope, "A", "a")),
            List.of(timer("n", null, 1), timer("m", "S", 2)))
        .block();
    assertThat(store().load(scope).block()).hasSize(1);
    assertThat(open("n").dueMillis()).isEqualTo(1);
    assertThat(open("m").dueMillis()).isEqualTo(2);
  }

  @Test
  void aClosedNeedHasNoTimerAndClosingAgainIsFine() {
    arm(timer("n", null, 500));
    close(scope + "/n");
    StepVerifier.create(store().open(new NeedId(scope + "/n"))).verifyComplete();
    close(scope + "/n");
  }

  @Test
  void dueTimersComeEarliestFirstOfTheGivenPartitionsUpToACount() {
    write(
        TurnWrite.ofTimers(
            List.of(
                timer("late", null, 40),
                timer("third", null, 30),
                timer("first", null, 10),
                timer("second", null, 20),
                new OpenNeed(
                    new NeedId(scope + "/other"),
                    new ThreadId("thread-2"),
                    null,
                    partition + 1,
                    10,
                    0))));
    assertThat(due(30, 10)).containsExactly("first", "second", "third");
    assertThat(due(30, 2)).containsExactly("first", "second");
    assertThat(due(9, 10)).isEmpty();
    StepVerifier.create(store().due(List.of(), 30, 10)).verifyComplete();
    StepVerifier.create(store().due(List.of(partition, partition + 1), 10, 10).count())
        .expectNext(2L)
        .verifyComplete();
  }

  private List<String> due(long nowMillis, int countMax) {
    return store()
        .due(List.of(partition), nowMillis, countMax)
        .map(timer -> timer.needId().text().substring(scope.length() + 1))
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  @Test
  void epochsGrowAndNeverRepeat() {
    List<Long> together =
        Flux.range(0, 32)
            .flatMap(i -> store().nextEpoch())
            .collectList()
            .blockOptional()
            .orElseThrow();
    assertThat(together).hasSize(32).doesNotHaveDuplicates();
    assertThat(store().nextEpoch().block()).isGreaterThan(Collections.max(together));
  }

  @Test
  void theArchiveKeepsWhatItGotFirst() {
    byte[] bytes = {1, 2, 3};
    StepVerifier.create(store().archived(scope)).verifyComplete();
    StepVerifier.create(store().archive(scope, "policy", bytes)).verifyComplete();
    StepVerifier.create(store().archive(scope, "policy", new byte[] {9})).verifyComplete();
    assertThat(store().archived(scope).block()).isEqualTo(bytes);
  }

  @Test
  void theNeedsOfAllThreadsAreListedAndNothingElse() {
    fill(
        row(scope + "/t2", "NEED/2", Verb.NEED.name(), "n2"),
        row(scope + "/t1", "NEED/1", Verb.NEED.name(), "n1"),
        row(scope + "/t1", "INTAKE/t1/key", Verb.NEED.name(), "n3"),
        row(scope, "DECIDE", Verb.DECIDE.name(), "d"));
    assertThat(store().needs().filter(row -> row.scope().startsWith(scope)).collectList().block())
        .containsExactlyInAnyOrder(
            row(scope + "/t2", "NEED/2", Verb.NEED.name(), "n2"),
            row(scope + "/t1", "NEED/1", Verb.NEED.name(), "n1"),
            row(scope + "/t1", "INTAKE/t1/key", Verb.NEED.name(), "n3"));
  }

  @Test
  void aReaderOfTheNeedsTakesThemAtItsOwnPace() {
    List<SlotRow> rows =
        IntStream.range(0, 20)
            .mapToObj(i -> row(scope, "NEED/" + i, Verb.NEED.name(), "n" + i))
            .toList();
    StoredRows.fill(store(), rows).block();
    StepVerifier.create(store().needs(), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .thenRequest(2)
        .expectNextCount(2)
        .thenCancel()
        .verify();
  }

  @Test
  void everyRowIsReadScopeByScopeHoweverManyThereAre() {
    List<SlotRow> rows =
        IntStream.range(0, 200)
            .mapToObj(i -> row(scope + "/" + i % 7, "S/" + i, SlotRow.VERDICT, "r" + i))
            .toList();
    StoredRows.fill(store(), rows).block();
    List<SlotRow> read =
        store()
            .rows()
            .filter(row -> row.scope().startsWith(scope + "/"))
            .collectList()
            .blockOptional()
            .orElseThrow();
    assertThat(read).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(read.stream().map(SlotRow::scope).distinct().count())
        .as("changes from one scope to the next")
        .isEqualTo(1 + changes(read));
  }

  private static long changes(List<SlotRow> rows) {
    return IntStream.range(1, rows.size())
        .filter(i -> !rows.get(i).scope().equals(rows.get(i - 1).scope()))
        .count();
  }
}
