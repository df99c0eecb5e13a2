package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.health.Health;
import dev.canswarm.port.RetryableException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The API over a real socket, with NEEDs of the test's own. */
class ApiTest {
  private static final String POST = "POST /v1/needs";
  private static final String GET = "GET /v1/needs/{id}";
  private static final String ARTIFACT = "GET /v1/artifacts/{sha256}";
  private static final long WAIT_SECONDS_MAX = 10;
  private static final String CANCEL = "POST /v1/needs/{id}/cancel";
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final String HASH = "ab".repeat(32);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback(TOKEN));
  private final MemoryNeeds needs = new MemoryNeeds();
  private final Sinks.One<byte[]> slowArtifact = Sinks.one();
  private final CountDownLatch reading = new CountDownLatch(ArtifactHandlers.IN_MEMORY_MAX);
  private final OpenApi openApi = OpenApi.load();

  ApiTest() throws Exception {}

  @BeforeEach
  void serve() {
    server.serve(
        ApiRoutes.of(
            new Health(List.of(), Schedulers.parallel()),
            Mono::empty,
            needs,
            this::artifact,
            Schedulers.parallel()));
  }

  private Mono<byte[]> artifact(String address) {
    return switch (address.substring(0, 2)) {
      case "ab" -> Mono.just("<script>".getBytes(StandardCharsets.UTF_8));
      case "cd" -> slowArtifact.asMono().doOnSubscribe(begun -> reading.countDown());
      case "ef" -> Mono.error(new RetryableException("the disk", new IllegalStateException()));
      default -> Mono.empty();
    };
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aNeedIsAcceptedWithItsPlace() throws Exception {
    HttpResponse<String> reply = post("/v1/needs?thread=mine", "{}", "Idempotency-Key", "k 1");
    openApi.describes(POST, reply);
    assertThat(reply.statusCode()).isEqualTo(202);
    assertThat(reply.headers().firstValue("location")).hasValue("/v1/needs/" + MemoryNeeds.id(1));
    assertThat(needs.submitted)
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent.thread()).hasValue("mine");
              assertThat(sent.idempotencyKey()).hasValue("k 1");
              assertThat(sent.payload()).isEqualTo(new byte[] {'{', '}'});
            });
    HttpResponse<String> found = get("/v1/needs/" + MemoryNeeds.id(1));
    openApi.describes(GET, found);
    assertThat(found.body()).contains("\"state\":\"open\"");
  }

  @Test
  void whoWaitsGetsTheEndAsSoonAsItIsThere() throws Exception {
    String id = MemoryNeeds.id(1);
    needs.put(id, false);
    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(
            request("/v1/needs/" + id + "?wait=60").build(), HttpResponse.BodyHandlers.ofString());
    needs.put(id, true);
    assertThat(waiting.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS).body())
        .contains("\"state\":\"ended\"");
  }

  @Test
  void whoWaitedInVainGetsItAsItIs() throws Exception {
    HttpResponse<String> posted = post("/v1/needs?wait=1", "{}");
    openApi.describes(POST, posted);
    assertThat(posted.statusCode()).isEqualTo(202);
    HttpResponse<String> found = get("/v1/needs/" + MemoryNeeds.id(1) + "?wait=1");
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(found.body()).contains("\"state\":\"open\"");
    assertThat(get("/v1/needs/" + HASH + "?wait=1").statusCode()).isEqualTo(404);
  }

  @Test
  void whatWasSentIsAcceptedAlsoIfTheStoreIsAwayThen() throws Exception {
    needs.leavesOnceSent = true;
    HttpResponse<String> posted = post("/v1/needs?wait=1", "{}");
    openApi.describes(POST, posted);
    assertThat(posted.statusCode()).isEqualTo(202);
    assertThat(posted.headers().firstValue("location")).hasValue("/v1/needs/" + MemoryNeeds.id(1));

    needs.away = false;
    HttpResponse<String> cancelled =
        post(
            "/v1/needs/" + MemoryNeeds.id(1) + "/cancel?wait=1",
            "",
            "Authorization",
            "Bearer " + TOKEN);
    openApi.describes(CANCEL, cancelled);
    assertThat(cancelled.statusCode()).isEqualTo(202);
  }

  @Test
  void whoWaitsGetsTheEndThoughTheStoreWasAwayMeanwhile() throws Exception {
    needs.leavesOnceSent = true;
    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(
            request("/v1/needs?wait=60")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(needs.askedInVain.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    needs.put(MemoryNeeds.id(1), true);
    needs.away = false;
    assertThat(waiting.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void whoComesWhileTooManyAreOpenIsToldWhenToComeAgain() throws Exception {
    needs.full = true;
    HttpResponse<String> reply = post("/v1/needs", "{}");
    openApi.describes(POST, reply);
    assertThat(reply.statusCode()).isEqualTo(429);
    assertThat(reply.headers().firstValue("retry-after")).hasValue("1");
  }

  @Test
  void aBodyMayBeAsLongAsThePolicySaysAndNoLonger() throws Exception {
    String most = "[" + " ".repeat(MemoryNeeds.BYTES_MAX - 2) + "]";
    assertThat(post("/v1/needs", most).statusCode()).isEqualTo(202);
    HttpResponse<String> longer = post("/v1/needs", most + " ");
    openApi.describes(POST, longer);
    assertThat(longer.statusCode()).isEqualTo(413);
    assertThat(needs.submitted).hasSize(1);
  }

  @Test
  void whatIsNotSaidToBeJsonIsRefused() throws Exception {
    HttpResponse<String> reply =
        send(
            request("/v1/needs")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build());
    openApi.describes(POST, reply);
    assertThat(reply.statusCode()).isEqualTo(415);
    assertThat(needs.submitted).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/needs/abc",
        "/v1/needs/ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
        "/v1/needs/0000000000000000000000000000000000000000000000000000000000000001?wait=61",
        "/v1/needs/0000000000000000000000000000000000000000000000000000000000000001?wait=-1",
        "/v1/needs/0000000000000000000000000000000000000000000000000000000000000001?wait=x"
      })
  void anIdOrAWaitOfAnotherFormIsRefused(String path) throws Exception {
    HttpResponse<String> reply = get(path);
    openApi.describes(GET, reply);
    assertThat(reply.statusCode()).isEqualTo(400);
  }

  @Test
  void aNeedIsCancelledByWhoHasTheToken() throws Exception {
    String id = MemoryNeeds.id(1);
    needs.put(id, false);
    HttpResponse<String> none = cancel(id, "");
    openApi.describes(CANCEL, none);
    assertThat(none.statusCode()).isEqualTo(202);
    assertThat(none.body()).contains(id).contains("\"state\":\"open\"");
    assertThat(cancel(id, "{\"reason\":\"why\"}").statusCode()).isEqualTo(202);
    assertThat(needs.cancelled).containsExactly(id + " null", id + " why");

    needs.end(id, "REJECTED", "CANCELLED");
    HttpResponse<String> again = cancel(id, "");
    openApi.describes(CANCEL, again);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).contains("\"reason\":\"CANCELLED\"");
    assertThat(needs.cancelled).hasSize(2);
  }

  @Test
  void whoWaitsForACancelGetsTheEnd() throws Exception {
    String id = MemoryNeeds.id(1);
    needs.put(id, false);
    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(
            request("/v1/needs/" + id + "/cancel?wait=60")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    needs.end(id, "REJECTED", "CANCELLED");
    assertThat(waiting.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void whatEndedOtherwiseIsAConflictWithTheEndThatStands() throws Exception {
    String id = MemoryNeeds.id(1);
    needs.end(id, "ACCEPTED", "");
    HttpResponse<String> reply = cancel(id, "");
    openApi.describes(CANCEL, reply);
    assertThat(reply.statusCode()).isEqualTo(409);
    assertThat(reply.body())
        .contains("ALREADY_ENDED")
        .contains("\"finalize\":{\"ended_ms\":7,\"finalize_id\":\"" + MemoryNeeds.id(99))
        .contains("\"outcome\":\"ACCEPTED\"");
    assertThat(needs.cancelled).isEmpty();
  }

  @Test
  void withoutTheTokenNobodyCancelsOnLoopbackEither() throws Exception {
    String id = MemoryNeeds.id(1);
    needs.put(id, false);
    HttpResponse<String> reply = post("/v1/needs/" + id + "/cancel", "{}");
    openApi.describes(CANCEL, reply);
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(
            post("/v1/needs/" + id + "/cancel", "{}", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
    assertThat(needs.cancelled).isEmpty();
    assertThat(get("/v1/needs/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void whatCannotBeCancelledIsSaidToBeSo() throws Exception {
    String id = MemoryNeeds.id(1);
    HttpResponse<String> unknown = cancel(id, "");
    openApi.describes(CANCEL, unknown);
    assertThat(unknown.statusCode()).isEqualTo(404);
    needs.put(id, false);
    assertThat(cancel("abc", "").statusCode()).isEqualTo(400);
    assertThat(cancel(id, "{\"reason\":\"\"}").statusCode()).isEqualTo(422);
    assertThat(cancel(id, "{\"because\":\"x\"}").statusCode()).isEqualTo(422);
    HttpResponse<String> noJson = cancel(id, "reason");
    openApi.describes(CANCEL, noJson);
    assertThat(noJson.statusCode()).isEqualTo(422);
    assertThat(get("/v1/needs/" + id + "/cancel").statusCode()).isEqualTo(405);
    assertThat(needs.cancelled).isEmpty();
  }

  private HttpResponse<String> cancel(String id, String body) throws Exception {
    return post("/v1/needs/" + id + "/cancel", body, "Authorization", "Bearer " + TOKEN);
  }

  @Test
  void anArtifactIsAnAttachmentThatNoBrowserRuns() throws Exception {
    HttpResponse<String> reply = get("/v1/artifacts/" + HASH);
    openApi.describes(ARTIFACT, reply);
    assertThat(reply.body()).isEqualTo("<script>");
    assertThat(reply.headers().firstValue("content-type")).hasValue("application/octet-stream");
    assertThat(reply.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(reply.headers().firstValue("content-disposition"))
        .hasValue("attachment; filename=\"" + HASH + "\"");
    assertThat(reply.headers().firstValue("content-security-policy"))
        .hasValue("default-src 'none'; sandbox");
    assertThat(get("/v1/artifacts/" + MemoryNeeds.id(1)).statusCode()).isEqualTo(404);
    assertThat(get("/v1/artifacts/..%2Fkeys").statusCode()).isEqualTo(404);
    assertThat(get("/v1/artifacts/x").statusCode()).isEqualTo(400);
  }

  @Test
  void soManyArtifactsAreInMemoryAndNoMore() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int i = 0; i < ArtifactHandlers.IN_MEMORY_MAX; i++) {
      slow.add(
          client.sendAsync(
              request("/v1/artifacts/" + "cd".repeat(32)).build(),
              HttpResponse.BodyHandlers.ofString()));
    }
    assertThat(reading.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    HttpResponse<String> more = get("/v1/artifacts/" + HASH);
    openApi.describes(ARTIFACT, more);
    assertThat(more.statusCode()).isEqualTo(503);
    slowArtifact.tryEmitValue(new byte[] {'x'});
    for (CompletableFuture<HttpResponse<String>> one : slow) {
      assertThat(one.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS).body()).isEqualTo("x");
    }
    assertThat(get("/v1/artifacts/" + HASH).statusCode()).isEqualTo(200);
  }

  @Test
  void aServerThatIsAwayIsAProblemThatPasses() throws Exception {
    for (int i = 0; i <= ArtifactHandlers.IN_MEMORY_MAX; i++) {
      HttpResponse<String> reply = get("/v1/artifacts/" + "ef".repeat(32));
      openApi.describes(ARTIFACT, reply);
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.body()).contains("SERVER_AWAY");
    }
  }

  @Test
  void theDocumentIsServed() throws Exception {
    HttpResponse<String> reply = get("/v1/openapi.yaml");
    openApi.describes("GET /v1/openapi.yaml", reply);
    assertThat(reply.body()).startsWith("openapi: 3.1.0\n");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
        .timeout(Duration.ofSeconds(WAIT_SECONDS_MAX));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).build());
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return send(
        Optional.of(headers)
            .filter(pairs -> pairs.length > 0)
            .map(request::headers)
            .orElse(request)
            .build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
