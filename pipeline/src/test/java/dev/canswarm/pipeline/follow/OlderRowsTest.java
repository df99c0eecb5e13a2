package dev.canswarm.pipeline.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class OlderRowsTest {
  private static final String NEED = "ab".repeat(32);
  private static final String OTHER = "cd".repeat(32);
  private static final EventFilter ENDS =
      new EventFilter(
          Optional.empty(), Optional.empty(), Set.of("FINALIZE"), 1, OptionalInt.empty(), true);

  private final MemoryLog log = new MemoryLog();
  private final List<LogReader.Bounds> bounds = new ArrayList<>();
  private final OlderRows older = new OlderRows(new BoundsNoted());

  /** The log in memory, which notes the bounds of each read. */
  private final class BoundsNoted implements LogReader {
    @Override
    public Mono<Position> now() {
      return log.now();
    }

    @Override
    public Mono<Page> after(Position position, Selection selection, Bounds asked) {
      bounds.add(asked);
      return log.after(position, selection, asked);
    }

    @Override
    public Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax) {
      return log.ofNeed(needId, position, rowsMax);
    }
  }

  private void say(int rows, String kind, String needId) {
    for (int i = 0; i < rows; i++) {
      log.say(kind, needId, "{}");
    }
  }

  private List<FollowedRow> read(EventFilter filter, Position after) {
    return older
        .pages(filter, after)
        .concatMapIterable(LogReader.Page::entries)
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 1", "3, 0", "3, 7"})
  void aPositionOfATransactionUpToThePresentIsKnown(long transaction, long number) {
    say(2, "NEED", NEED);
    StepVerifier.create(older.known(new Position(transaction, number)))
        .expectNext(new Position(3, 0))
        .verifyComplete();
  }

  @Test
  void aPositionOfALaterTransactionIsNot() {
    say(2, "NEED", NEED);
    StepVerifier.create(older.known(new Position(4, 0)))
        .expectErrorSatisfies(
            refused ->
                assertThat(refused)
                    .hasMessage("expected a position of at most 3-0, got 4-0")
                    .asInstanceOf(InstanceOfAssertFactories.type(FollowException.class))
                    .returns(FollowException.Cause.UNKNOWN_POSITION, FollowException::why))
        .verify();
  }

  @Test
  void allPagesAfterThePositionAreReadOnceAndInOrder() {
    int rows = 2 * LogFeed.PAGE_ROWS_MAX + 3;
    say(rows, "NEED", NEED);

    assertThat(read(EventFilter.all(), new Position(1, 1)))
        .extracting(row -> row.position().transaction())
        .hasSize(rows - 1)
        .isSorted()
        .startsWith(2L)
        .endsWith((long) rows);
  }

  @Test
  void aPageIsReadWhenItIsAskedFor() {
    say(3 * LogFeed.PAGE_ROWS_MAX, "NEED", NEED);
    StepVerifier.create(older.pages(EventFilter.all(), Position.START), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> assertThat(log.reads.get()).isLessThanOrEqualTo(2))
        .thenRequest(1)
        .expectNextCount(1)
        .thenCancel()
        .verify();
    assertThat(log.reads.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void theRowsOfOneNeedAreReadAlone() {
    say(LogFeed.PAGE_ROWS_MAX, "NEED", NEED);
    say(5, "NEED", OTHER);
    say(5, "DECIDE", NEED);

    assertThat(read(EventFilter.ofNeed(new NeedId(NEED)), Position.START))
        .hasSize(LogFeed.PAGE_ROWS_MAX + 5)
        .allSatisfy(row -> assertThat(row.needId()).isEqualTo(new NeedId(NEED)));
    assertThat(log.reads).as("reads of all rows").hasValue(0);
  }

  @Test
  void whatIsSelectedIsReadWithoutCountsAndEachReadMayPassMoreWhileItFindsLittle() {
    say(3_500, "NEED", NEED);
    say(1, "FINALIZE", NEED);

    assertThat(read(ENDS, Position.START)).hasSize(1);

    assertThat(log.asked).hasSize(3).noneMatch(Selection::counted);
    assertThat(bounds).extracting(LogReader.Bounds::passedMax).containsExactly(1_000, 2_000, 4_000);
  }

  @Test
  void whoReadsAgainBeginsWithTheFirstBoundsAgain() {
    say(3_500, "NEED", NEED);
    var pages = older.pages(ENDS, Position.START);
    pages.blockLast();
    bounds.clear();

    pages.blockLast();

    assertThat(bounds.get(0)).isEqualTo(LogReader.Bounds.first(LogFeed.PAGE_ROWS_MAX));
  }

  @Test
  void whatAFilterPassesOfAPageIsSentInPartsOfABoundedSize() {
    List<FollowedRow> rows = new ArrayList<>();
    for (int i = 0; i < Follower.PART_EVENTS_MAX + 1; i++) {
      rows.add(log.say("FINALIZE", NEED, "{}"));
      rows.add(log.say("NEED", NEED, "{}"));
    }
    LogReader.Page page = new LogReader.Page(rows, Position.START, true, RowCounts.NONE);

    StepVerifier.create(OlderRows.parts(ENDS, page))
        .assertNext(ofSize(Follower.PART_EVENTS_MAX))
        .assertNext(ofSize(1))
        .verifyComplete();
    StepVerifier.create(OlderRows.parts(EventFilter.ofNeed(new NeedId(OTHER)), page))
        .verifyComplete();
  }

  private static Consumer<List<FeedEvent>> ofSize(int events) {
    return part ->
        assertThat(part)
            .hasSize(events)
            .allSatisfy(
                event -> assertThat(((FeedEvent.Said) event).entry().kind()).isEqualTo("FINALIZE"));
  }
}
