package dev.canswarm.pipeline.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Followers of a log in memory, on virtual time. */
class LogFeedTest {
  private static final String EMPTY = "{}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemoryLog log = new MemoryLog();
  private final LogFeed feed = new LogFeed(log, time, time);

  @Test
  void rowsStoredFromNowOnAreEmittedInOrder() {
    log.say("NEED", "before", EMPTY);
    List<FeedEvent> told = new ArrayList<>();
    Disposable follower = feed.follow(EventFilter.all(), Optional.empty()).subscribe(told::add);
    pass();
    log.say("NEED", "a", EMPTY);
    log.say("DECIDE", "a", EMPTY);
    pass();
    assertThat(said(told)).containsExactly("NEED a", "DECIDE a");
    follower.dispose();
  }

  @Test
  void nothingIsLostOrRepeatedOverAReconnect() {
    List<FeedEvent> told = new ArrayList<>();
    Optional<Position> last = Optional.of(Position.START);
    for (int connection = 0; connection < 5; connection++) {
      Disposable follower = feed.follow(EventFilter.all(), last).subscribe(told::add);
      for (int i = 0; i < 7; i++) {
        log.say("NEED", connection + "." + i, EMPTY);
        if (i % 3 == 0) {
          pass();
        }
      }
      follower.dispose();
      log.say("NEED", connection + ".away", EMPTY);
      last = lastPosition(told);
    }
    feed.follow(EventFilter.all(), last).subscribe(told::add);
    pass();
    List<String> all = new ArrayList<>();
    log.after(Position.START, 1_000)
        .blockOptional()
        .orElseThrow()
        .entries()
        .forEach(entry -> all.add(entry.kind() + " " + entry.needId()));
    assertThat(said(told)).isEqualTo(all).hasSize(40);
  }

  @Test
  void rowsThatArriveDuringCatchUpAreEmittedOnceAndInOrder() {
    for (int i = 0; i < LogFeed.PAGE_ROWS_MAX + 10; i++) {
      log.say("NEED", "n" + i, EMPTY);
    }
    StepVerifier.create(
            feed.follow(EventFilter.all(), Optional.of(Position.START))
                .filter(FeedEvent.Said.class::isInstance)
                .map(event -> Objects.requireNonNull(((FeedEvent.Said) event).entry().needId())),
            0)
        .thenRequest(1)
        .then(this::pass)
        .expectNext(new NeedId("n0"))
        .then(() -> log.say("NEED", "meanwhile", EMPTY))
        .then(this::pass)
        .thenRequest(Long.MAX_VALUE)
        .then(this::pass)
        .expectNextCount(LogFeed.PAGE_ROWS_MAX + 9)
        .expectNext(new NeedId("meanwhile"))
        .then(() -> log.say("NEED", "later", EMPTY))
        .then(this::pass)
        .expectNext(new NeedId("later"))
        .thenCancel()
        .verify(Duration.ofSeconds(30));
  }

  @Test
  void aSlowFollowerEndsWithWhatItHasAndTheOthersGoOn() {
    List<FeedEvent> quick = new ArrayList<>();
    feed.follow(EventFilter.all(), Optional.empty()).subscribe(quick::add);
    StepVerifier.create(
            feed.follow(EventFilter.all(), Optional.empty())
                .filter(FeedEvent.Said.class::isInstance)
                .map(event -> Objects.requireNonNull(((FeedEvent.Said) event).entry().needId())),
            0)
        .then(this::pass)
        .then(
            () -> {
              for (int i = 0; i < 2 * Follower.EVENTS_MAX; i++) {
                log.say("NEED", "n" + i, EMPTY);
              }
              for (int i = 0; i < 20; i++) {
                pass();
              }
            })
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(1)
        .thenConsumeWhile(id -> true)
        .expectComplete()
        .verify(Duration.ofSeconds(30));
    assertThat(said(quick)).hasSize(2 * Follower.EVENTS_MAX);
  }

  @Test
  void nothingIsReadWhileNobodyFollows() {
    Disposable follower = feed.follow(EventFilter.all(), Optional.empty()).subscribe();
    pass();
    assertThat(log.reads.get()).isPositive();
    follower.dispose();
    int reads = log.reads.get();
    time.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(log.reads.get()).isEqualTo(reads);
  }

  @Test
  void allFollowersShareOneReader() {
    for (int i = 0; i < 10; i++) {
      feed.follow(EventFilter.all(), Optional.empty()).subscribe();
    }
    pass();
    int reads = log.reads.get();
    time.advanceTimeBy(LogFeed.POLL.multipliedBy(10));
    assertThat(log.reads.get() - reads).isBetween(5, 10);
  }

  private static EventFilter ofKinds(boolean rates, String... kinds) {
    return new EventFilter(
        Optional.empty(), Optional.empty(), Set.of(kinds), 1, OptionalInt.empty(), rates);
  }

  private static EventFilter atMost(int rateMax) {
    return new EventFilter(
        Optional.empty(),
        Optional.empty(),
        Set.of("NEED", "FINALIZE"),
        1,
        OptionalInt.of(rateMax),
        false);
  }

  /** An id that is in the samples by the divisors of a number, and in no others. */
  private static String numbered(int number) {
    return "%07x".formatted(number) + "f".repeat(57);
  }

  @Test
  void onlyRowsOfTheKindsThatSomebodyWantsAreRead() {
    feed.follow(ofKinds(false, "DECIDE"), Optional.empty()).subscribe();
    pass();
    assertThat(log.asked).containsOnly(Selection.ofKinds(Set.of("DECIDE")));
    feed.follow(ofKinds(true, "COMMIT"), Optional.empty()).subscribe();
    log.asked.clear();
    pass();
    assertThat(log.asked)
        .contains(new Selection(1, Set.of("DECIDE", "COMMIT"), Set.of(), Set.of(), true))
        .noneMatch(Selection::hasAllRows);
    Disposable all = feed.follow(EventFilter.all(), Optional.empty()).subscribe();
    log.asked.clear();
    pass();
    assertThat(log.asked).anyMatch(Selection::hasAllRows);
    all.dispose();
    log.asked.clear();
    pass();
    pass();
    assertThat(List.copyOf(log.asked)).isNotEmpty().last().matches(last -> !last.hasAllRows());
  }

  @Test
  void forAFollowerOfOneNeedNoOtherRowsAreRead() {
    NeedId need = new NeedId(numbered(1));
    feed.follow(EventFilter.ofNeed(need), Optional.of(Position.START)).subscribe();
    pass();
    assertThat(log.asked)
        .isNotEmpty()
        .containsOnly(new Selection(0, Set.of(), Set.of(need), Set.of(), false));
  }

  @Test
  void withAFilterNothingIsLostOrRepeatedOverAReconnect() {
    EventFilter filter = ofKinds(true, "NEED", "FINALIZE");
    List<FeedEvent> told = new ArrayList<>();
    List<String> all = new ArrayList<>();
    Optional<Position> last = Optional.of(Position.START);
    for (int connection = 0; connection < 6; connection++) {
      Disposable follower = feed.follow(filter, last).subscribe(told::add);
      for (int i = 0; i < 400; i++) {
        String id = numbered(400 * connection + i);
        for (String kind : List.of("NEED", "DECIDE", "COMMIT", "FINALIZE")) {
          log.say(kind, id, EMPTY);
          if (!kind.equals("DECIDE") && !kind.equals("COMMIT")) {
            all.add(kind + " " + id);
          }
        }
        if (i % 100 == 50) {
          pass();
        }
      }
      follower.dispose();
      log.say("FINALIZE", connection + ".away", EMPTY);
      all.add("FINALIZE " + connection + ".away");
      last = lastPosition(told);
    }
    feed.follow(filter, last).subscribe(told::add);
    for (int i = 0; i < 20; i++) {
      pass();
    }
    assertThat(said(told)).isEqualTo(all);
  }

  @Test
  void moreNeedsThanTheFollowerTakesBecomeASampleOfWholeNeedsThatIsAnnounced() {
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(atMost(10), Optional.empty()).subscribe(told::add);
    pass();
    assertThat(sampled(told)).containsExactly(1);
    for (int i = 1; i <= 40; i++) {
      log.say("NEED", numbered(i), EMPTY);
    }
    pass();
    assertThat(sampled(told)).containsExactly(1, 4);
    for (int i = 1; i <= 40; i++) {
      log.say("FINALIZE", numbered(i), EMPTY);
    }
    time.advanceTimeBy(LogFeed.POLL_SAMPLED);
    List<String> inSample =
        IntStream.rangeClosed(1, 40).filter(i -> i % 4 == 0).mapToObj(i -> numbered(i)).toList();
    assertThat(said(told))
        .containsExactlyElementsOf(
            Stream.of("NEED", "FINALIZE")
                .flatMap(kind -> inSample.stream().map(id -> kind + " " + id))
                .toList());
  }

  @Test
  void rowsOutsideOfTheSampleAreNotRead() {
    feed.follow(atMost(10), Optional.empty()).subscribe();
    pass();
    for (int i = 1; i <= 40; i++) {
      log.say("NEED", numbered(i), EMPTY);
    }
    pass();
    log.asked.clear();
    time.advanceTimeBy(LogFeed.POLL_SAMPLED.multipliedBy(10));
    assertThat(log.asked)
        .hasSizeBetween(9, 10)
        .containsOnly(new Selection(4, Set.of("NEED", "FINALIZE"), Set.of(), Set.of(), true));
  }

  @Test
  void afterSomeCalmSecondsAllAreSentAgain() {
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(atMost(10), Optional.empty()).subscribe(told::add);
    pass();
    for (int i = 1; i <= 40; i++) {
      log.say("NEED", numbered(i), EMPTY);
    }
    time.advanceTimeBy(Duration.ofSeconds(SampleRate.CALM_SECONDS));
    assertThat(sampled(told)).containsExactly(1, 4);
    time.advanceTimeBy(Duration.ofSeconds(SampleRate.CALM_SECONDS));
    assertThat(sampled(told)).containsExactly(1, 4, 1);
    log.say("FINALIZE", numbered(1), EMPTY);
    pass();
    assertThat(said(told)).last().isEqualTo("FINALIZE " + numbered(1));
  }

  @Test
  void whoComesWhileThereIsMuchBeginsWithTheSample() {
    feed.follow(atMost(10), Optional.empty()).subscribe();
    pass();
    for (int i = 1; i <= 400; i++) {
      log.say("NEED", numbered(i), EMPTY);
    }
    time.advanceTimeBy(Duration.ofMillis(1_500));
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(atMost(100), Optional.empty()).subscribe(told::add);
    pass();
    assertThat(sampled(told)).containsExactly(4);
  }

  @Test
  void eventsThatComeTogetherAreSentTogether() {
    List<List<FeedEvent>> parts = new ArrayList<>();
    feed.open(EventFilter.all(), Optional.empty())
        .flatMapMany(LogFeed.Stream::parts)
        .subscribe(parts::add);
    pass();
    parts.clear();
    for (int i = 0; i < 2 * Follower.PART_EVENTS_MAX + 1; i++) {
      log.say("NEED", "n" + i, EMPTY);
    }
    pass();
    assertThat(parts)
        .extracting(List::size)
        .containsExactly(Follower.PART_EVENTS_MAX, Follower.PART_EVENTS_MAX, 1);
  }

  private static List<Integer> sampled(List<FeedEvent> events) {
    return events.stream()
        .filter(FeedEvent.Sampled.class::isInstance)
        .map(event -> ((FeedEvent.Sampled) event).oneOf())
        .toList();
  }

  /** The page was asked for before it came, so what it wants may be missing in it. */
  @Test
  void whoJoinsWhileAPageIsReadMissesNothing() {
    List<FeedEvent> told = new ArrayList<>();
    AtomicBoolean joins = new AtomicBoolean();
    AtomicReference<LogFeed> joined = new AtomicReference<>();
    LogReader slow =
        new LogReader() {
          @Override
          public Mono<Position> now() {
            return log.now();
          }

          @Override
          public Mono<Page> after(Position position, Selection selection, Bounds bounds) {
            return log.after(position, selection, bounds)
                .doOnNext(
                    page -> {
                      if (joins.compareAndSet(true, false)) {
                        joined
                            .get()
                            .follow(EventFilter.all(), Optional.empty())
                            .subscribe(told::add);
                      }
                    });
          }

          @Override
          public Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax) {
            return log.ofNeed(needId, position, rowsMax);
          }
        };
    LogFeed fed = new LogFeed(slow, time, time);
    joined.set(fed);
    List<FeedEvent> first = new ArrayList<>();
    fed.follow(ofKinds(false, "NEED"), Optional.empty()).subscribe(first::add);
    pass();
    log.say("NEED", "a", EMPTY);
    log.say("DECIDE", "a", EMPTY);
    joins.set(true);
    pass();
    assertThat(said(told)).containsExactly("NEED a", "DECIDE a");
    assertThat(said(first)).containsExactly("NEED a");
  }

  @Test
  void anOutageIsWaitedFor() {
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(EventFilter.all(), Optional.empty()).subscribe(told::add);
    pass();
    log.outages.set(3);
    log.say("NEED", "a", EMPTY);
    time.advanceTimeBy(Duration.ofSeconds(20));
    assertThat(said(told)).containsExactly("NEED a");
  }

  @Test
  void soManyFollowAndNoMore() {
    Flux<FeedEvent> one = feed.follow(EventFilter.all(), Optional.empty());
    List<Disposable> all = new ArrayList<>();
    for (int i = 0; i < LogFeed.FOLLOWERS_MAX; i++) {
      all.add(one.subscribe());
    }
    assertThatThrownBy(one::blockFirst)
        .isInstanceOfSatisfying(
            FollowException.class,
            refused -> assertThat(refused.why()).isEqualTo(FollowException.Cause.TOO_MANY));
    all.get(0).dispose();
    one.subscribe();
  }

  @Test
  void aPositionThatNobodyWasToldIsRefused() {
    log.say("NEED", "a", EMPTY);
    StepVerifier.create(feed.follow(EventFilter.all(), Optional.of(new Position(1_000, 1))))
        .then(this::pass)
        .expectErrorSatisfies(
            refused ->
                assertThat(((FollowException) refused).why())
                    .isEqualTo(FollowException.Cause.UNKNOWN_POSITION))
        .verify(Duration.ofSeconds(10));
  }

  @Test
  void aFollowerOfOneNeedReceivesNoOther() {
    log.say("NEED", "a", EMPTY);
    log.say("NEED", "b", EMPTY);
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(EventFilter.ofNeed(new NeedId("a")), Optional.of(Position.START))
        .subscribe(told::add);
    pass();
    log.say("DECIDE", "b", EMPTY);
    log.say("DECIDE", "a", EMPTY);
    pass();
    assertThat(said(told)).containsExactly("NEED a", "DECIDE a");
  }

  @Test
  void aSampleHasAllMessagesOfItsNeeds() {
    EventFilter half =
        new EventFilter(
            Optional.empty(),
            Optional.empty(),
            Set.of("NEED", "FINALIZE"),
            2,
            OptionalInt.empty(),
            false);
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(half, Optional.empty()).subscribe(told::add);
    pass();
    String even = "0000002" + "f".repeat(57);
    String odd = "0000003" + "e".repeat(57);
    for (String id : List.of(even, odd)) {
      log.say("NEED", id, EMPTY);
      log.say("DECIDE", id, EMPTY);
      log.say("FINALIZE", id, EMPTY);
    }
    log.say("DEAD_LETTER", "", EMPTY);
    pass();
    assertThat(said(told)).containsExactly("NEED " + even, "FINALIZE " + even);
  }

  @Test
  void ratesCountTheWholeSwarmAndTimeEachEndWhoseNeedIsStored() {
    EventFilter rates =
        new EventFilter(
            Optional.empty(),
            Optional.of(new ThreadId("no such thread")),
            Set.of(),
            1,
            OptionalInt.empty(),
            true);
    log.say("NEED", "old", EMPTY);
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(rates, Optional.empty()).subscribe(told::add);
    pass();
    log.say("NEED", "a", EMPTY);
    log.say("FINALIZE", "unknown", "{\"outcome\":\"EXPIRED\"}");
    log.say("FINALIZE", "old", "{\"outcome\":\"EXPIRED\"}");
    log.say("FINALIZE", "a", "{\"outcome\":\"ACCEPTED\"}");
    time.advanceTimeBy(Duration.ofMillis(1_500));
    assertThat(told)
        .filteredOn(FeedEvent.Rate.class::isInstance)
        .map(event -> ((FeedEvent.Rate) event).rates())
        .anySatisfy(
            second -> {
              assertThat(second.began()).isEqualTo(1);
              assertThat(second.accepted()).isEqualTo(1);
              assertThat(second.expired()).isEqualTo(2);
              assertThat(second.timed()).isEqualTo(2);
              assertThat(second.medianMillis()).isEqualTo(30);
            });
  }

  @Test
  void aFollowerReceivesItsPositionFromTimeToTime() {
    List<FeedEvent> told = new ArrayList<>();
    feed.follow(EventFilter.ofNeed(new NeedId("none")), Optional.of(Position.START))
        .subscribe(told::add);
    pass();
    FollowedRow other = log.say("NEED", "other", EMPTY);
    time.advanceTimeBy(LogFeed.MARK_EVERY.multipliedBy(2));
    assertThat(lastPosition(told).orElseThrow().isAfter(other.position())).isTrue();
    assertThat(said(told)).isEmpty();
  }

  private void pass() {
    time.advanceTimeBy(LogFeed.POLL.multipliedBy(3));
  }

  private static List<String> said(List<FeedEvent> events) {
    return events.stream()
        .filter(FeedEvent.Said.class::isInstance)
        .map(event -> ((FeedEvent.Said) event).entry())
        .map(entry -> entry.kind() + " " + entry.needId())
        .toList();
  }

  private static Optional<Position> lastPosition(List<FeedEvent> events) {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (events.get(i) instanceof FeedEvent.Said said) {
        return Optional.of(said.entry().position());
      }
      if (events.get(i) instanceof FeedEvent.Mark mark) {
        return Optional.of(mark.position());
      }
    }
    return Optional.of(Position.START);
  }
}
