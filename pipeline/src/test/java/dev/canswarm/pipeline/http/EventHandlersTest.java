package dev.canswarm.pipeline.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MemoryLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Which events a request gets, and how a bad one is refused, of a log in memory. */
class EventHandlersTest {
  private static final String NEED = "ab".repeat(32);
  private static final String OTHER = "cd".repeat(32);
  private static final String LAST_ID = "last-event-id";

  private final MemoryLog log = new MemoryLog();
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final LogFeed feed = new LogFeed(log, Schedulers.immediate(), timer);
  private final EventHandlers handlers = new EventHandlers(feed);

  @AfterEach
  void close() {
    feed.close();
  }

  private static Request request(Map<String, String> query, Map<String, String> headers) {
    return Request.of("GET", "/v1/events", query, headers);
  }

  private Response all(Map<String, String> query, Map<String, String> headers) {
    return handlers.all(request(query, headers)).blockOptional().orElseThrow();
  }

  private Response all(Map<String, String> query) {
    return all(query, Map.of());
  }

  private Response ofNeed(String id, Map<String, String> query) {
    Request request = request(query, Map.of()).with(Map.of("id", id), new byte[0]);
    return handlers.ofNeed(request).blockOptional().orElseThrow();
  }

  private static String body(Response response) {
    return new String(response.body(), UTF_8);
  }

  /** Returns what a stream has sent by the time that the reader has read the log again. */
  private String streamed(Response response) {
    assertThat(response.status()).isEqualTo(200);
    StringBuilder text = new StringBuilder();
    Disposable reading =
        response.stream().orElseThrow().subscribe(part -> text.append(new String(part, UTF_8)));
    timer.advanceTimeBy(Duration.ofSeconds(1));
    reading.dispose();
    return text.toString();
  }

  private void threeRows() {
    log.say("NEED", NEED, "{}");
    log.say("DECIDE", NEED, "{}");
    log.say("FINALIZE", OTHER, "{}");
  }

  @Test
  void theHeaderOfAClientThatReconnectsIsNewerThanItsQuery() {
    threeRows();
    assertThat(streamed(all(Map.of("after", "0-0"), Map.of(LAST_ID, "2-1"))))
        .contains("\"kind\":\"FINALIZE\"")
        .doesNotContain("\"kind\":\"NEED\"", "\"kind\":\"DECIDE\"");
    assertThat(streamed(all(Map.of("after", "1-1"), Map.of(LAST_ID, ""))))
        .as("no header")
        .contains("\"kind\":\"DECIDE\"", "\"kind\":\"FINALIZE\"")
        .doesNotContain("\"kind\":\"NEED\"");
  }

  @Test
  void withoutAPositionOnlyNewRowsCome() {
    threeRows();
    for (Map<String, String> query : List.of(Map.<String, String>of(), Map.of("after", "now"))) {
      assertThat(streamed(all(query))).contains("id: ").doesNotContain("data: ");
    }
  }

  @Test
  void theEventsOfANeedBeginWithItOrAfterAPosition() {
    threeRows();
    assertThat(streamed(ofNeed(NEED, Map.of())))
        .contains("\"kind\":\"NEED\"", "\"kind\":\"DECIDE\"")
        .doesNotContain(OTHER);
    assertThat(streamed(ofNeed(NEED, Map.of("after", "1-1"))))
        .contains("\"kind\":\"DECIDE\"")
        .doesNotContain("\"kind\":\"NEED\"");
  }

  @Test
  void onlyTheKindsAndTheThreadThatAreAskedForAreSent() {
    threeRows();
    Map<String, String> start =
        Map.of("after", "0-0", "kind", "FINALIZE,DECIDE,VERDICT,DEAD_LETTER");
    assertThat(streamed(all(start)))
        .contains("\"kind\":\"DECIDE\"", "\"kind\":\"FINALIZE\"")
        .doesNotContain("\"kind\":\"NEED\"");
    assertThat(streamed(all(Map.of("after", "0-0", "thread", "another")))).doesNotContain("data: ");
    assertThat(streamed(all(Map.of("after", "0-0", "thread", "thread")))).contains("data: ");
  }

  @Test
  void whoFollowsWhileTooManyDoIsTurnedAwayUntilOneHasLeft() {
    List<Response> followers = new ArrayList<>();
    for (int i = 0; i < LogFeed.FOLLOWERS_MAX; i++) {
      followers.add(all(Map.of()));
    }
    Response refused = all(Map.of());
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsKey("Retry-After");
    assertThat(body(refused)).contains(LogFeed.FOLLOWERS_MAX + " follow already");

    followers.get(0).sent().run();

    assertThat(all(Map.of()).status()).isEqualTo(200);
  }

  @Test
  void aPositionOfAnotherDatabaseIsRefusedAndItsFollowerHasLeft() {
    for (int i = 0; i <= LogFeed.FOLLOWERS_MAX; i++) {
      Response refused = all(Map.of("after", "9-0"));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(body(refused))
          .contains("BAD_POSITION", "expected a position of at most 1-0, got 9-0");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "thread   | a b   | BAD_THREAD_ID | expected a thread of",
        "thread   | ''    | BAD_THREAD_ID | expected a thread of",
        "kind     | need  | BAD_KIND      | VERDICT, YIELD], got need",
        "kind     | NEED, | BAD_KIND      | DEAD_LETTER, DECIDE,",
        "sample   | 4097  | BAD_SAMPLE    | expected sample of 1 to 4096",
        "sample   | 010   | BAD_SAMPLE    | expected sample of 1 to 4096",
        "rate_max | 1001  | BAD_SAMPLE    | expected rate_max of 1 to 1000",
        "rate_max | ''    | BAD_SAMPLE    | expected rate_max of 1 to 1000",
        "after    | 1     | BAD_POSITION  | expected a position as events have it, got 1"
      })
  void whatIsWrongIsSaid(String parameter, String value, String code, String detail) {
    Response refused = all(Map.of(parameter, value));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(body(refused)).contains("\"code\":\"" + code + "\"").contains(detail);
  }

  @Test
  void anIdOfAnotherFormIsRefused() {
    Response refused = ofNeed("abc", Map.of());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(body(refused)).contains("BAD_ID", "got abc");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000, 4_096})
  void aSampleThatStaysAsItIsMayBeAnyNumber(int sample) {
    assertThat(all(Map.of("sample", Integer.toString(sample))).status()).isEqualTo(200);
  }

  @Test
  void aSampleThatChangesIsAPowerOfTwo() {
    assertThat(streamed(all(Map.of("sample", "4096", "rate_max", "1000"))))
        .contains("\"one_of\":4096");
    assertThat(body(all(Map.of("sample", "6", "rate_max", "1000"))))
        .contains("BAD_SAMPLE", "expected a power of two, got 6");
  }
}
