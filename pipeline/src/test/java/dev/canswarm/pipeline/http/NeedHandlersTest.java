package dev.canswarm.pipeline.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long the handlers wait, in virtual time, and what they say then. */
class NeedHandlersTest {
  private static final String ID = MemoryNeeds.id(1);
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final SlowNeeds needs = new SlowNeeds();
  private final NeedHandlers handlers = new NeedHandlers(needs, timer);

  /** NEEDs whose store may hang, and that counts how often it is asked for the end. */
  private static final class SlowNeeds extends MemoryNeeds {
    private boolean endHangs;
    private boolean findHangs;
    private boolean hasDefect;
    private int looks;

    @Override
    public Mono<Boolean> hasEnded(NeedId needId) {
      looks++;
      if (hasDefect) {
        return Mono.error(new IllegalStateException("defect"));
      }
      return endHangs ? Mono.never() : super.hasEnded(needId);
    }

    @Override
    public Mono<Found> find(NeedId needId) {
      return findHangs ? Mono.never() : super.find(needId);
    }
  }

  private static Request request(String wait, Map<String, String> headers, String body) {
    return Request.of("POST", "/v1/needs/" + ID, Map.of("wait", wait), headers)
        .with(Map.of("id", ID), body.getBytes(UTF_8));
  }

  private static Request waiting(int seconds) {
    return request(Integer.toString(seconds), JSON, "");
  }

  private static CompletableFuture<Response> answer(
      Function<Request, Mono<Response>> handler, Request request) {
    return Mono.defer(() -> handler.apply(request))
        .onErrorResume(ProblemException.class, problem -> Mono.just(problem.response()))
        .toFuture();
  }

  private static int status(CompletableFuture<Response> answered) {
    assertThat(answered).isCompleted();
    return answered.join().status();
  }

  private static String body(CompletableFuture<Response> answered) {
    assertThat(answered).isCompleted();
    return new String(answered.join().body(), UTF_8);
  }

  private void pass(long millis) {
    timer.advanceTimeBy(Duration.ofMillis(millis));
  }

  @Test
  void whoWaitsIsAnsweredWhenTheNeedEndsAndNotBefore() {
    needs.put(ID, false);
    CompletableFuture<Response> answered = answer(handlers::get, waiting(60));
    pass(30_000);
    assertThat(answered).isNotDone();

    needs.put(ID, true);
    pass(1_000);

    assertThat(body(answered)).contains("\"state\":\"ended\"");
  }

  @Test
  void theStoreIsAskedLessAndLessOften() {
    needs.put(ID, false);
    CompletableFuture<Response> answered = answer(handlers::get, waiting(60));
    pass(200);
    assertThat(needs.looks).isBetween(2, 8);
    needs.looks = 0;

    pass(59_799);
    assertThat(answered).isNotDone();
    pass(1);

    assertThat(needs.looks).as("about two a second").isBetween(60, 260);
    assertThat(body(answered)).contains("\"state\":\"open\"");
    int looks = needs.looks;
    pass(60_000);
    assertThat(needs.looks).isEqualTo(looks);
  }

  @Test
  void whoDoesNotWaitIsAnsweredAtOnceWithoutALookForTheEnd() {
    needs.put(ID, false);
    assertThat(body(answer(handlers::get, waiting(0)))).contains("\"state\":\"open\"");
    assertThat(needs.looks).isZero();
  }

  @Test
  void aStoreThatHangsHoldsAWaitingClientUpForNoLongerThanItWaits() {
    needs.put(ID, false);
    needs.endHangs = true;
    CompletableFuture<Response> answered = answer(handlers::get, waiting(2));
    pass(1_999);
    assertThat(answered).isNotDone();
    pass(1);
    assertThat(body(answered)).contains("\"state\":\"open\"");
  }

  @Test
  void aDefectEndsTheWait() {
    needs.hasDefect = true;
    assertThat(answer(handlers::get, waiting(60)))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("defect");
    assertThat(needs.looks).isEqualTo(1);
  }

  @Test
  void whatWasSentIsAcceptedFiveSecondsAfterTheWaitThoughTheStoreHangs() {
    needs.findHangs = true;
    CompletableFuture<Response> answered = answer(handlers::post, request("3", JSON, "{}"));
    pass(7_999);
    assertThat(answered).isNotDone();
    pass(1);
    assertThat(status(answered)).isEqualTo(202);
    assertThat(answered.join().headers()).containsEntry("Location", "/v1/needs/" + ID);
  }

  @Test
  void whoPostsAndWaitsGetsTheEndWithItsPlace() {
    CompletableFuture<Response> answered = answer(handlers::post, request("60", JSON, "{}"));
    needs.end(ID, "ACCEPTED", "");
    pass(1_000);
    assertThat(status(answered)).isEqualTo(200);
    assertThat(body(answered)).contains("\"outcome\":\"ACCEPTED\"");
    assertThat(answered.join().headers()).containsEntry("Location", "/v1/needs/" + ID);
  }

  @Test
  void aCancelThatComesTooLateIsAConflictAlsoIfTheClientWaitedForIt() {
    needs.put(ID, false);
    CompletableFuture<Response> answered = answer(handlers::cancel, waiting(60));
    assertThat(needs.cancelled).hasSize(1);
    needs.end(ID, "ACCEPTED", "");
    pass(1_000);
    assertThat(status(answered)).isEqualTo(409);
    assertThat(body(answered)).contains("ALREADY_ENDED").doesNotContain("messages");
  }

  @Test
  void aCancelIsAcceptedThoughTheNeedIsStillOpenWhenTheWaitIsOver() {
    needs.put(ID, false);
    CompletableFuture<Response> answered = answer(handlers::cancel, waiting(1));
    pass(1_000);
    assertThat(status(answered)).isEqualTo(202);
    assertThat(body(answered)).contains("\"state\":\"open\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text/plain", "application/jsonp", "text/plain; application/json"})
  void aBodyOfAnotherTypeIsRefusedBeforeAnythingIsSent(String type) {
    needs.put(ID, false);
    Request request = request("0", type.isEmpty() ? Map.of() : Map.of("content-type", type), "{}");
    assertThat(status(answer(handlers::post, request))).isEqualTo(415);
    assertThat(status(answer(handlers::cancel, request))).isEqualTo(415);
    assertThat(needs.submitted).isEmpty();
    assertThat(needs.cancelled).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "Application/JSON ; charset=utf-8"})
  void theTypeOfJsonMayHaveParametersAndCapitals(String type) {
    assertThat(status(answer(handlers::post, request("0", Map.of("content-type", type), "{}"))))
        .isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"61", "-1", "+1", "1.5", "1000", "", "\u0661"})
  void aWaitOfAnotherFormIsRefusedBeforeAnythingIsSent(String wait) {
    needs.put(ID, false);
    CompletableFuture<Response> answered = answer(handlers::post, request(wait, JSON, "{}"));
    assertThat(status(answered)).isEqualTo(400);
    assertThat(body(answered))
        .contains("BAD_WAIT")
        .contains("expected wait of 0 to 60 seconds, got " + wait);
    assertThat(status(answer(handlers::cancel, request(wait, JSON, "")))).isEqualTo(400);
    assertThat(needs.submitted).isEmpty();
    assertThat(needs.cancelled).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json           | MALFORMED_JSON",
        "{\"reason\":1}       | BAD_SHAPE",
        "{\"reason\":\"\"}    | BAD_SHAPE",
        "[]                 | MALFORMED_JSON"
      })
  void aCancelThatCannotBeReadSaysWhy(String body, String code) {
    needs.put(ID, false);
    CompletableFuture<Response> answered = answer(handlers::cancel, request("0", JSON, body));
    assertThat(status(answered)).isEqualTo(422);
    assertThat(body(answered)).contains("\"code\":\"" + code + "\"");
    assertThat(needs.cancelled).isEmpty();
  }
}
