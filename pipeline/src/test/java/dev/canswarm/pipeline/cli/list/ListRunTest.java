package dev.canswarm.pipeline.cli.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.follow.ListKeeper;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** A list is shown page by page, as far as was asked for. */
class ListRunTest {
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final long NOW = 1_000_000_000;

  private final Invocation invocation;

  ListRunTest(@TempDir Path home) {
    this.invocation = new Invocation(home, Map.of());
  }

  /** Pages of a list, and what it was asked for. */
  private static final class Pages implements NeedList {
    private final List<Page> pages;
    private final List<Integer> parts;
    private final List<Filter> asked = new ArrayList<>();
    private int followed;

    Pages(List<Page> pages, List<Integer> parts) {
      this.pages = pages;
      this.parts = parts;
    }

    @Override
    public Mono<Page> list(Filter filter) {
      asked.add(filter);
      return Mono.just(pages.get(asked.size() - 1));
    }

    @Override
    public Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax) {
      return Mono.just(List.of());
    }

    @Override
    public Mono<Integer> follow(int rowsMax) {
      assertThat(rowsMax).isEqualTo(ListKeeper.ROWS_MAX);
      return Mono.just(parts.get(followed++ % parts.size()));
    }
  }

  private static NeedList.Item open(int number) {
    return new NeedList.Item(
        new NeedId(Integer.toHexString(number).repeat(64)),
        new ThreadId("thread-" + number),
        "sender",
        List.of("a", "b"),
        "working",
        NOW - 1,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static NeedList.Item ended(long createdMillis, long endedMillis, String reason) {
    return new NeedList.Item(
        new NeedId("e".repeat(64)),
        new ThreadId("thread-e"),
        "sender",
        List.of("a"),
        "ended",
        createdMillis,
        OptionalLong.of(endedMillis),
        Optional.of("REJECTED"),
        Optional.of(reason));
  }

  private static NeedList.Page page(OptionalLong next, NeedList.Item... items) {
    return new NeedList.Page(List.of(items), next);
  }

  private int show(Pages pages, int limit) {
    return new ListRun(invocation.context().console(), NOW)
        .show(pages, NeedList.Filter.all(2), limit, WAIT);
  }

  @Test
  void allPagesAreShownAnEmptyOneInBetweenToo() {
    Pages pages =
        new Pages(
            List.of(
                page(OptionalLong.of(70), open(1), open(2)),
                page(OptionalLong.of(30)),
                page(OptionalLong.empty(), open(3))),
            List.of(0));
    assertThat(show(pages, 100)).isEqualTo(3);
    assertThat(invocation.out().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("  working  ") && line.endsWith("  a,b"));
    assertThat(pages.asked)
        .extracting(NeedList.Filter::cursor)
        .containsExactly(OptionalLong.empty(), OptionalLong.of(70), OptionalLong.of(30));
  }

  @Test
  void noMoreAreShownThanWereAskedForAndNoPageIsReadInVain() {
    Pages exact = new Pages(List.of(page(OptionalLong.of(70), open(1), open(2))), List.of(0));
    assertThat(show(exact, 2)).isEqualTo(2);
    assertThat(exact.asked).hasSize(1);
    Pages within = new Pages(List.of(page(OptionalLong.of(70), open(1), open(2))), List.of(0));
    assertThat(show(within, 1)).isEqualTo(1);
    assertThat(invocation.out().lines()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0 ms",
    "9999, 9999 ms",
    "10000, 10 s",
    "599999, 599 s",
    "600000, 10 min",
    "35999999, 599 min",
    "36000000, 10 h"
  })
  void aDurationIsInTheLargestUnitThatLeavesTwoDigits(long millis, String text) {
    show(new Pages(List.of(page(OptionalLong.empty(), ended(5, 5 + millis, "x"))), List.of(0)), 9);
    assertThat(invocation.out()).contains("  REJECTED  ", "  " + text + "  thread-e");
  }

  @Test
  void whatIsOpenIsAsOldAsItIsNowAndAReasonIsShownWithoutControlCharacters() throws Exception {
    invocation.context().console().useJson();
    NeedList.Page page = page(OptionalLong.empty(), open(1), ended(1, 2, "a\u001b[2J"));
    show(new Pages(List.of(page), List.of(0)), 9);
    assertThat(invocation.objects())
        .satisfiesExactly(
            open -> {
              assertThat(open.get("state").asText()).isEqualTo("open");
              assertThat(open.has("ended_ms") || open.has("outcome")).isFalse();
            },
            ended -> {
              assertThat(ended.get("state").asText()).isEqualTo("ended");
              assertThat(ended.get("ended_ms").asLong()).isEqualTo(2);
              assertThat(ended.get("outcome").asText()).isEqualTo("REJECTED");
            });
  }

  @Test
  void forPeopleAReasonHasNoControlCharacters() {
    show(new Pages(List.of(page(OptionalLong.empty(), ended(1, 2, "a\u001b[2J"))), List.of(0)), 9);
    assertThat(invocation.out()).endsWith("  a\\u001b[2J\n").doesNotContain("\u001b");
  }

  @Test
  void aListThatHasFallenBehindIsFollowedToItsEndButNotForEver() {
    Pages behind = new Pages(List.of(), List.of(ListKeeper.ROWS_MAX, ListKeeper.ROWS_MAX, 3));
    assertThat(ListRun.followed(behind, WAIT)).isTrue();
    assertThat(behind.followed).isEqualTo(3);
    Pages far = new Pages(List.of(), List.of(ListKeeper.ROWS_MAX));
    assertThat(ListRun.followed(far, WAIT)).isFalse();
    assertThat(far.followed).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"90s, 90000", "5m, 300000", "2h, 7200000", "3d, 259200000"})
  void anAgeHasAUnit(String text, long millis) throws Exception {
    ListCommand command = new ListCommand(invocation.context());
    command.olderThan = text;
    assertThat(ListRun.filter(command).olderThanMillis()).hasValue(millis);
  }

  @Test
  void aFilterAsksForNoLargerPageThanThereIs() throws Exception {
    ListCommand command = new ListCommand(invocation.context());
    command.state = "ended";
    command.limit = 7;
    assertThat(ListRun.filter(command).rowsMax()).isEqualTo(7);
    assertThat(ListRun.filter(command).state()).contains(NeedList.State.ENDED);
    command.limit = 1_000_000;
    assertThat(ListRun.filter(command).rowsMax()).isEqualTo(NeedList.ROWS_MAX);
  }
}
