package dev.canswarm.pipeline.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class ListHandlersTest {
  private final MemoryNeedList memory = new MemoryNeedList();
  private final List<String> calls = new ArrayList<>();
  private final ListHandlers handlers = new ListHandlers(new NotedList());
  private Mono<Integer> followed = Mono.just(0);

  /** The list in memory, which notes the order of what is asked. */
  private final class NotedList implements NeedList {
    @Override
    public Mono<Page> list(Filter filter) {
      calls.add("list");
      return memory.list(filter);
    }

    @Override
    public Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax) {
      calls.add("before " + before.orElse(Position.START) + " " + rowsMax);
      return memory.deadLetters(before, rowsMax);
    }

    @Override
    public Mono<Integer> follow(int rowsMax) {
      return followed.doOnSubscribe(begun -> calls.add("follow"));
    }
  }

  private static Request request(Map<String, String> query) {
    return Request.of("GET", "/v1/threads/t", query, Map.of()).with(Map.of("id", "t"), new byte[0]);
  }

  private static Response answer(
      Function<Request, Mono<Response>> handler, Map<String, String> query) {
    return Mono.defer(() -> handler.apply(request(query)))
        .onErrorResume(ProblemException.class, problem -> Mono.just(problem.response()))
        .blockOptional()
        .orElseThrow();
  }

  private static String body(Response response) {
    return new String(response.body(), UTF_8);
  }

  private void item() {
    memory.items.add(
        new NeedList.Item(
            new NeedId("ab".repeat(32)),
            new ThreadId("t"),
            "key",
            List.of("text.sum"),
            "WORKING",
            5,
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private static NeedList.DeadLetter letter(long number) {
    return new NeedList.DeadLetter(new Position(4, number), "swarm.need/1@3", "BAD_SHAPE: no", 8);
  }

  @Test
  void aListIsBroughtForwardBeforeItIsRead() {
    answer(handlers::needs, Map.of());
    answer(handlers::thread, Map.of());
    assertThat(calls).containsExactly("follow", "list", "follow", "list");
  }

  @Test
  void aDefectOfTheListIsNotTakenForAnOutage() {
    followed = Mono.error(new IllegalStateException("defect"));
    assertThatThrownBy(() -> answer(handlers::needs, Map.of())).hasMessage("defect");
    assertThat(calls).containsExactly("follow");
  }

  @Test
  void withoutParametersTheFirstFiftyAreListedAndAnEmptyParameterIsNone() {
    answer(handlers::needs, Map.of());
    answer(
        handlers::needs,
        Map.of(
            "state",
            "",
            "outcome",
            "",
            "type",
            "",
            "thread",
            "",
            "artifact",
            "",
            "cursor",
            "",
            "older_than_ms",
            "",
            "limit",
            ""));
    assertThat(memory.asked).hasSize(2).containsOnly(NeedList.Filter.all(50));
    answer(handlers::deadLetters, Map.of("cursor", "", "limit", ""));
    assertThat(calls).last().isEqualTo("before 0-0 50");
  }

  @Test
  void aPageMayHaveAsManyRowsAsTheListGivesAtOnce() {
    answer(handlers::needs, Map.of("limit", "500"));
    assertThat(memory.asked).containsExactly(NeedList.Filter.all(NeedList.ROWS_MAX));
  }

  @Test
  void theThreadOfThePathIsTheOneThatIsListed() {
    item();
    assertThat(body(answer(handlers::thread, Map.of("thread", "another", "state", "open"))))
        .contains("\"thread_id\":\"t\"");
    assertThat(memory.asked)
        .singleElement()
        .satisfies(
            filter -> {
              assertThat(filter.threadId()).hasValue(new ThreadId("t"));
              assertThat(filter.state()).hasValue(NeedList.State.OPEN);
            });
  }

  @Test
  void anEmptyPageAfterOthersIsTheEndOfAThreadAndNotAThreadWithoutNeeds() {
    assertThat(answer(handlers::thread, Map.of()).status()).isEqualTo(404);
    assertThat(answer(handlers::thread, Map.of("cursor", "7")).status()).isEqualTo(200);
  }

  @Test
  void aNeedThatIsOpenHasNoEnd() {
    item();
    assertThat(body(answer(handlers::needs, Map.of())))
        .contains("\"state\":\"open\"", "\"phase\":\"working\"", "\"verified\":false")
        .doesNotContain("ended_ms", "outcome", "reason", "\"next\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state         | closed              | BAD_FILTER    | expected state open or ended, got closed",
        "outcome       | OPEN                | BAD_FILTER    | ACCEPTED, REJECTED or EXPIRED, got OPEN",
        "thread        | a b                 | BAD_THREAD_ID | expected a thread of",
        "artifact      | ab                  | BAD_ADDRESS   | expected 64 hexadecimal digits, got ab",
        "older_than_ms | 1e3                 | BAD_FILTER    | expected older_than_ms as a number, got 1e3",
        "older_than_ms | 1000000000000000000 | BAD_FILTER    | as a number",
        "cursor        | 1-2                 | BAD_CURSOR    | expected cursor as a number, got 1-2",
        "limit         | 0                   | BAD_FILTER    | expected limit of 1 to 500, got 0",
        "limit         | 4294967297          | BAD_FILTER    | got 4294967297",
        "limit         | ten                 | BAD_FILTER    | expected limit as a number, got ten"
      })
  void whatIsWrongIsSaid(String parameter, String value, String code, String detail) {
    Response refused = answer(handlers::needs, Map.of(parameter, value));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(body(refused)).contains("\"code\":\"" + code + "\"").contains(detail);
    assertThat(calls).isEmpty();
  }

  @Test
  void aTaskTypeHasABoundedLengthAndNoNul() {
    answer(handlers::needs, Map.of("type", "t".repeat(256)));
    assertThat(memory.asked).hasSize(1);
    for (String bad : List.of("t".repeat(257), "a\0b")) {
      assertThat(body(answer(handlers::needs, Map.of("type", bad)))).contains("BAD_FILTER");
    }
    assertThat(memory.asked).hasSize(1);
  }

  @Test
  void aFullPageOfDeadLettersNamesTheNextOneAndAShorterOneIsTheLast() {
    memory.letters.addAll(List.of(letter(9), letter(8), letter(7)));
    assertThat(body(answer(handlers::deadLetters, Map.of("limit", "2"))))
        .contains("\"next\":\"4-8\"");
    assertThat(body(answer(handlers::deadLetters, Map.of("limit", "4"))))
        .doesNotContain("\"next\"");
    answer(handlers::deadLetters, Map.of("cursor", "4-8"));
    assertThat(calls).containsExactly("before 0-0 2", "before 0-0 4", "before 4-8 50");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "4-x", "-1-1", "4-1-1"})
  void aCursorOfDeadLettersIsAPosition(String cursor) {
    Response refused = answer(handlers::deadLetters, Map.of("cursor", cursor));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(body(refused))
        .contains("BAD_CURSOR", "expected the member next of a page, got " + cursor);
    assertThat(calls).isEmpty();
  }
}
