package dev.canswarm.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.StoreOutcome.Held;
import dev.canswarm.port.StoreOutcome.Inserted;
import dev.canswarm.port.StoreOutcome.LeftOut;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/**
 * What every {@link SlotStore} does with a whole turn. A subclass hands in the store; each test
 * uses scopes of its own, so that one store may serve the whole suite.
 */
public abstract class TurnWriteContract {
  private static final Duration LONG = Duration.ofSeconds(60);

  private String scope = "scope";

  /** The store under test. */
  protected abstract SlotStore store();

  @BeforeEach
  final void nameTheScope(TestInfo test) {
    scope = getClass().getSimpleName() + "/" + test.getDisplayName();
  }

  private SlotRow row(String slot, String content) {
    return rowOf(scope, slot, content);
  }

  /** A candidate. */
  protected static SlotRow rowOf(String scope, String slot, String content) {
    return SlotRows.row(scope, slot, Verb.PROPOSE.name(), content);
  }

  private Candidate candidate(String slot, String content, Integer... basis) {
    return new Candidate(row(slot, content), List.of(basis));
  }

  private OpenNeed timer(String name, @Nullable String slot, long dueMillis) {
    return new OpenNeed(
        new NeedId(scope + "/" + name), new ThreadId("thread-1"), slot, 7, dueMillis, 0);
  }

  private List<StoreOutcome> store(Candidate... candidates) {
    return store(List.of(candidates));
  }

  private List<StoreOutcome> store(List<Candidate> candidates) {
    return write(new TurnWrite(candidates, List.of(), List.of(), List.of()));
  }

  private List<StoreOutcome> write(TurnWrite write) {
    return store().store(write).blockOptional(LONG).orElseThrow();
  }

  private void fill(String slot, String content) {
    StoredRows.fill(store(), List.of(row(slot, content))).block(LONG);
  }

  private List<SlotRow> stored() {
    return store().load(scope).blockOptional(LONG).orElseThrow();
  }

  @Test
  void emptySlotsTakeTheirCandidatesAndSayWhen() {
    List<StoreOutcome> outcomes = store(candidate("B", "b"), candidate("A", "a"));
    assertThat(outcomes).hasSize(2).allMatch(Inserted.class::isInstance);
    assertThat(stored()).containsExactly(row("A", "a"), row("B", "b"));
    assertThat(stored())
        .extracting(row -> (StoreOutcome) new Inserted(row.storedMillis()))
        .containsExactly(outcomes.get(1), outcomes.get(0));
    assertThat(stored().get(0).storedMillis()).isPositive();
  }

  private Candidate pinned(String slot, String content, long pin, Integer... basis) {
    return new Candidate(row(slot, content), List.of(basis), pin);
  }

  /** The entries of the control chain have one scope in the whole store. */
  protected static SlotRow entry(long number) {
    SlotKey key = SlotKey.ofControl(number);
    return SlotRows.row(key.scope(), key.slot(), Verb.CONTROL.name(), "entry " + number);
  }

  private List<SlotRow> find(SlotKey key) {
    return store().find(List.of(key)).blockOptional(LONG).orElseThrow();
  }

  /** The number of the last entry in the store, which has those of other tests too. */
  protected final long head() {
    long number = 0;
    while (!find(SlotKey.ofControl(number + 1)).isEmpty()) {
      number++;
    }
    return number;
  }

  /** Stores one more entry of the control chain, and returns its number. */
  protected final long nextHead() {
    long next = head() + 1;
    store(List.of(Candidate.free(entry(next))));
    return next;
  }

  @Test
  void aRowThatPinsAnOlderHeadThanTheLastOneIsLeftOutAndWhatFollowsFromIt() {
    long head = nextHead();
    List<StoreOutcome> outcomes =
        store(
            candidate("PROPOSE", "p"),
            pinned("DECIDE", "d", head - 1, 0),
            candidate("CLAIM", "c", 1),
            pinned("OTHER", "o", head));

    assertThat(outcomes.get(0)).isInstanceOf(Inserted.class);
    assertThat(outcomes.get(1)).isInstanceOf(LeftOut.class);
    assertThat(outcomes.get(2)).isInstanceOf(LeftOut.class);
    assertThat(outcomes.get(3)).isInstanceOf(Inserted.class);
    assertThat(store(pinned("DECIDE", "d", head))).hasOnlyElementsOfType(Inserted.class);
  }

  @Test
  void everyRowOfAWriteThatPinsAnOlderHeadIsLeftOutAndTheOthersAreNot() {
    long old = nextHead() - 1;
    List<StoreOutcome> outcomes =
        store(
            pinned("ATTEST", "a", old),
            pinned("COMMIT", "c", old),
            pinned("VERDICT", "v", old, 0),
            candidate("WAIT", "w"));

    assertThat(outcomes.subList(0, 3)).hasOnlyElementsOfType(LeftOut.class);
    assertThat(outcomes.get(3)).isInstanceOf(Inserted.class);
    assertThat(stored()).containsExactly(row("WAIT", "w"));
  }

  @Test
  void anEntryDoesNotMakeTheRowsOfItsOwnWriteTooOld() {
    long head = head();
    List<StoreOutcome> outcomes =
        store(List.of(Candidate.free(entry(head + 1)), pinned("ATTEST", "a", head)));

    assertThat(outcomes).hasOnlyElementsOfType(Inserted.class);
  }

  @Test
  void aStoredRowIsHeldWithAnyPin() {
    long old = nextHead() - 1;
    fill("DECIDE", "d");

    assertThat(store(pinned("DECIDE", "d", old), candidate("CLAIM", "c", 0)))
        .satisfies(outcomes -> assertThat(outcomes.get(0)).isEqualTo(new Held(row("DECIDE", "d"))))
        .satisfies(outcomes -> assertThat(outcomes.get(1)).isInstanceOf(Inserted.class));
  }

  @Test
  void everyColumnIsStoredAsItIs() {
    store(candidate("A", "a"));
    assertThat(stored().get(0))
        .usingRecursiveComparison()
        .ignoringFields("storedMillis")
        .isEqualTo(row("A", "a"));
  }

  @Test
  void aFilledSlotAnswersWhatItHoldsBeItTheSameOrNot() {
    fill("A", "same");
    fill("B", "other");
    List<StoreOutcome> outcomes =
        store(candidate("C", "c"), candidate("B", "mine"), candidate("A", "same"));
    assertThat(outcomes.get(0)).isInstanceOf(Inserted.class);
    assertThat(outcomes.get(1)).isEqualTo(new Held(row("B", "other")));
    assertThat(outcomes.get(2)).isEqualTo(new Held(row("A", "same")));
    assertThat(((Held) outcomes.get(2)).row().storedMillis()).isPositive();
  }

  @Test
  void aWriteThatIsRepeatedHoldsAllThatItStored() {
    List<Candidate> turn =
        List.of(candidate("A", "a"), candidate("B", "b", 0), candidate("C", "c", 0, 1));
    assertThat(store(turn)).allMatch(Inserted.class::isInstance);
    assertThat(store(turn))
        .containsExactly(new Held(row("A", "a")), new Held(row("B", "b")), new Held(row("C", "c")));
  }

  @Test
  void whatDependsOnALoserIsLeftOutAndWhatDoesNotIsInserted() {
    fill("VERDICT", "theirs");
    List<StoreOutcome> outcomes =
        store(
            candidate("VERDICT", "mine"),
            candidate("FINALIZE", "from mine", 0),
            candidate("AFTER", "from that", 1),
            candidate("BESIDE", "free"),
            candidate("MIXED", "of both", 3, 0));
    assertThat(outcomes.get(0)).isEqualTo(new Held(row("VERDICT", "theirs")));
    assertThat(outcomes.get(1)).isEqualTo(new LeftOut());
    assertThat(outcomes.get(2)).isEqualTo(new LeftOut());
    assertThat(outcomes.get(3)).isInstanceOf(Inserted.class);
    assertThat(outcomes.get(4)).isEqualTo(new LeftOut());
    assertThat(stored()).containsExactly(row("BESIDE", "free"), row("VERDICT", "theirs"));
  }

  @Test
  void aBaseThatIsHeldWithTheSameBytesLetsItsDependentsIn() {
    fill("VERDICT", "mine");
    List<StoreOutcome> outcomes =
        store(
            candidate("VERDICT", "mine"),
            candidate("FINALIZE", "from mine", 0),
            candidate("AFTER", "from that", 1));
    assertThat(outcomes.get(0)).isEqualTo(new Held(row("VERDICT", "mine")));
    assertThat(outcomes.subList(1, 3)).allMatch(Inserted.class::isInstance);
  }

  @Test
  void aDependentHeldWithTheSameBytesLetsItsOwnDependentsInEvenWithoutItsBase() {
    fill("BASE", "theirs");
    fill("MIDDLE", "middle");
    List<StoreOutcome> outcomes =
        store(
            candidate("BASE", "mine"), candidate("MIDDLE", "middle", 0), candidate("TOP", "t", 1));
    assertThat(outcomes.get(0)).isEqualTo(new Held(row("BASE", "theirs")));
    assertThat(outcomes.get(1)).isEqualTo(new Held(row("MIDDLE", "middle")));
    assertThat(outcomes.get(2)).isInstanceOf(Inserted.class);
  }

  @Test
  void aDependentOfALoserWhoseSlotIsFilledAnswersWhatFillsIt() {
    fill("BASE", "theirs");
    fill("NEXT", "theirs too");
    assertThat(store(candidate("BASE", "mine"), candidate("NEXT", "from mine", 0)))
        .containsExactly(new Held(row("BASE", "theirs")), new Held(row("NEXT", "theirs too")));
  }

  @Test
  void basesMayStandOnAnyLevelAndInAnyScope() {
    Candidate far = new Candidate(rowOf(scope + "/far", "Z", "z"), List.of());
    List<StoreOutcome> outcomes =
        store(
            List.of(
                far,
                candidate("M", "m", 0),
                candidate("B", "b", 1),
                candidate("A", "a", 0, 2),
                candidate("C", "c")));
    assertThat(outcomes).allMatch(Inserted.class::isInstance);
    assertThat(stored()).hasSize(4);
  }

  @Test
  void aChainAsDeepAsAllowedIsInsertedAndWhatIsDeeperComesWithTheNextWrite() {
    List<Candidate> chain = new ArrayList<>();
    for (int i = 0; i < TurnWrite.DEPTH_MAX + 2; i++) {
      chain.add(candidate("S" + i, "c" + i, i == 0 ? new Integer[0] : new Integer[] {i - 1}));
    }
    List<StoreOutcome> outcomes = store(chain);
    assertThat(outcomes.subList(0, TurnWrite.DEPTH_MAX)).allMatch(Inserted.class::isInstance);
    assertThat(outcomes.subList(TurnWrite.DEPTH_MAX, outcomes.size()))
        .containsExactly(new LeftOut(), new LeftOut());
    List<Candidate> rest =
        List.of(
            candidate("S" + (TurnWrite.DEPTH_MAX - 1), "c" + (TurnWrite.DEPTH_MAX - 1)),
            candidate("S" + TurnWrite.DEPTH_MAX, "c" + TurnWrite.DEPTH_MAX, 0));
    assertThat(store(rest).get(1)).isInstanceOf(Inserted.class);
  }

  @Test
  void ofTwoCandidatesForOneSlotTheFirstIsStoredAndDependentsOfTheOtherAreLeftOut() {
    List<StoreOutcome> outcomes =
        store(
            candidate("A", "first"),
            candidate("A", "second"),
            candidate("A", "first"),
            candidate("B", "from second", 1),
            candidate("C", "from first again", 2));
    assertThat(outcomes.get(0)).isInstanceOf(Inserted.class);
    assertThat(outcomes.get(1)).isEqualTo(new Held(row("A", "first")));
    assertThat(outcomes.get(2)).isEqualTo(new Held(row("A", "first")));
    assertThat(outcomes.get(3)).isEqualTo(new LeftOut());
    assertThat(outcomes.get(4)).isInstanceOf(Inserted.class);
  }

  @Test
  void timersClosingsAndAbandonmentsTakeEffectEvenIfNoRowIsStored() {
    fill("A", "theirs");
    write(TurnWrite.ofTimers(List.of(timer("closed", "NEED/1", 5))));
    write(TurnWrite.ofTimers(List.of(timer("waited", null, 5))));
    write(TurnWrite.ofTimers(List.of(timer("come", "NEED/2", 5))));
    write(
        new TurnWrite(
            List.of(candidate("A", "mine")),
            List.of(timer("new", "NEED/3", 9), timer("come", null, 99)),
            needs("closed", "unknown"),
            needs("waited", "come")));
    assertThat(openNames("closed", "waited", "come", "new")).containsExactly("come 5", "new 9");
  }

  @Test
  void timersAloneNeedNoRows() {
    assertThat(write(new TurnWrite(List.of(), List.of(timer("n", null, 3)), List.of(), List.of())))
        .isEmpty();
    assertThat(openNames("n")).containsExactly("n 3");
  }

  @Test
  void ofTwoTimersForOneNeedTheOneThatKnowsTheNeedCounts() {
    write(
        new TurnWrite(
            List.of(),
            List.of(timer("n", null, 9), timer("n", "S", 7), timer("n", null, 8)),
            List.of(),
            List.of()));
    assertThat(openNames("n")).containsExactly("n 7");
  }

  @Test
  void whatIsArmedAndClosedOrAbandonedInOneWriteIsGone() {
    write(TurnWrite.ofTimers(List.of(timer("waited", null, 1))));
    write(
        new TurnWrite(
            List.of(),
            List.of(timer("a", "S", 7), timer("b", null, 8), timer("waited", null, 9)),
            needs("a"),
            needs("b", "waited")));
    assertThat(openNames("a", "b", "waited")).isEmpty();
  }

  @Test
  void whatIsArmedWithItsNeedIsNotAbandonedInTheSameWrite() {
    write(new TurnWrite(List.of(), List.of(timer("n", "S", 7)), List.of(), needs("n")));
    assertThat(openNames("n")).containsExactly("n 7");
  }

  private List<NeedId> needs(String... names) {
    return Stream.of(names).map(name -> new NeedId(scope + "/" + name)).toList();
  }

  private List<String> openNames(String... names) {
    List<NeedId> ids = needs(names);
    return store().open(ids).blockOptional(LONG).orElseThrow().stream()
        .map(timer -> timer.needId().text().substring(scope.length() + 1) + " " + timer.dueMillis())
        .sorted()
        .toList();
  }

  @Test
  void nothingToWriteAnswersNothing() {
    assertThat(store(List.of())).isEmpty();
  }

  @Test
  void nothingHappensBeforeTheSubscription() {
    var unused =
        store()
            .store(
                new TurnWrite(
                    List.of(candidate("A", "a")),
                    List.of(timer("n", null, 1)),
                    List.of(),
                    List.of()));
    assertThat(stored()).isEmpty();
    assertThat(openNames("n")).isEmpty();
  }

  @Test
  void aGroupOfTwoThousandRowsIsOneWrite() {
    List<Candidate> turn = new ArrayList<>();
    for (int need = 0; need < 500; need++) {
      String at = scope + "/" + need;
      int first = turn.size();
      turn.add(Candidate.free(rowOf(at, "PROPOSE", "p" + need)));
      turn.add(new Candidate(rowOf(at, "DECIDE", "d" + need), List.of(first)));
      turn.add(new Candidate(rowOf(at, "CLAIM", "c" + need), List.of(first + 1)));
      turn.add(new Candidate(rowOf(at, "COMMIT", "k" + need), List.of(first + 1, first + 2)));
    }
    StoredRows.fill(store(), List.of(rowOf(scope + "/77", "DECIDE", "theirs"))).block(LONG);
    List<StoreOutcome> outcomes = store(turn);
    assertThat(outcomes).filteredOn(Inserted.class::isInstance).hasSize(1_997);
    assertThat(outcomes.subList(77 * 4 + 1, 77 * 4 + 4))
        .containsExactly(
            new Held(rowOf(scope + "/77", "DECIDE", "theirs")), new LeftOut(), new LeftOut());
  }

  @Test
  void moreThanAWriteMayHoldIsRefused() {
    List<Candidate> most =
        IntStream.rangeClosed(0, TurnWrite.ROWS_MAX)
            .mapToObj(i -> candidate("S" + i, "c"))
            .toList();
    assertThatThrownBy(() -> new TurnWrite(most, List.of(), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store(candidate("A", "a", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void turnsThatRaceForTheSameSlotsAgreeAndNeverStoreWhatFollowsFromALoser() {
    List<List<StoreOutcome>> all =
        Flux.range(0, 24)
            .flatMap(
                i ->
                    store()
                        .store(
                            new TurnWrite(
                                List.of(
                                    candidate("VERDICT", "v" + i % 3),
                                    candidate("FINALIZE", "f" + i % 3, 0)),
                                List.of(),
                                List.of(),
                                List.of())),
                24)
            .collectList()
            .blockOptional(LONG)
            .orElseThrow();
    assertThat(all).hasSize(24);
    List<SlotRow> stored = stored();
    String verdict = new String(stored.get(stored.size() - 1).bytes(), StandardCharsets.UTF_8);
    assertThat(stored.subList(0, stored.size() - 1))
        .allMatch(
            row -> new String(row.bytes(), StandardCharsets.UTF_8).endsWith(verdict.substring(1)));
  }

  @Test
  void loadFindAndOpenAnswerForManyAtOnce() {
    store(candidate("B", "b"), candidate("A", "a"));
    store(new Candidate(rowOf(scope + "/2", "A", "other"), List.of()));
    StepVerifier.create(store().load(List.of(scope + "/2", scope, scope + "/none")))
        .assertNext(
            rows ->
                assertThat(rows)
                    .containsExactly(
                        row("A", "a"), row("B", "b"), rowOf(scope + "/2", "A", "other")))
        .verifyComplete();
    List<SlotKey> keys =
        List.of(
            new SlotKey(scope, "B"), new SlotKey(scope, "none"), new SlotKey(scope + "/2", "A"));
    StepVerifier.create(store().find(keys))
        .assertNext(
            rows ->
                assertThat(rows)
                    .containsExactlyInAnyOrder(row("B", "b"), rowOf(scope + "/2", "A", "other")))
        .verifyComplete();
    StepVerifier.create(store().load(List.of())).expectNext(List.of()).verifyComplete();
    StepVerifier.create(store().find(List.of())).expectNext(List.of()).verifyComplete();
    StepVerifier.create(store().open(List.of())).expectNext(List.of()).verifyComplete();
  }
}
