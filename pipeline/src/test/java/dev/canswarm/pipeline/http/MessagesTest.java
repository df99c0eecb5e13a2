package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MemoryLog;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The messages of a NEED over a real socket. */
class MessagesTest {
  private static final String OPERATION = "GET /v1/needs/{id}/messages";
  private static final long WAIT_SECONDS_MAX = 60;
  private static final String KNOWN = "ab".repeat(32);
  private static final String SLOW = "cd".repeat(32);
  private static final String AWAY = "ef".repeat(32);
  private static final String UNKNOWN = "00".repeat(32);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback());
  private final Sinks.One<JsonObject> slow = Sinks.one();
  private final CountDownLatch reading = new CountDownLatch(MessageHandlers.MADE_MAX);
  private final OpenApi openApi = OpenApi.load();

  MessagesTest() throws Exception {
    server.serve(
        ReadRoutes.addTo(
            Routes.none(),
            new LogFeed(new MemoryLog(), Schedulers.parallel(), Schedulers.parallel()),
            new MemoryNeedList(),
            this::messages,
            () -> JsonObject.builder().build()));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Mono<JsonObject> messages(NeedId id) {
    return switch (id.text().substring(0, 2)) {
      case "ab" -> Mono.just(document(id.text()));
      case "cd" -> slow.asMono().doOnSubscribe(begun -> reading.countDown());
      case "ef" -> Mono.error(new RetryableException("load", new IOException("away")));
      default -> Mono.empty();
    };
  }

  private static JsonObject document(String id) {
    return JsonObject.builder()
        .put("need_id", id)
        .put("thread_id", "t")
        .put("complete", new JsonBoolean(true))
        .put("messages", List.of())
        .put("failures", List.of())
        .build();
  }

  private HttpRequest request(String id) {
    return HttpRequest.newBuilder(
            URI.create("http://" + server.address() + "/v1/needs/" + id + "/messages"))
        .timeout(Duration.ofSeconds(WAIT_SECONDS_MAX))
        .build();
  }

  private HttpResponse<String> get(String id) throws Exception {
    HttpResponse<String> reply = client.send(request(id), HttpResponse.BodyHandlers.ofString());
    openApi.describes(OPERATION, reply);
    return reply;
  }

  @Test
  void theDocumentIsSentAsItWasMade() throws Exception {
    HttpResponse<String> reply = get(KNOWN);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body())
        .isEqualTo(new String(CanonicalJson.write(document(KNOWN)), StandardCharsets.UTF_8));
  }

  @Test
  void whatIsNoIdOrOfNoNeedIsRefused() throws Exception {
    assertThat(get("abc").statusCode()).isEqualTo(400);
    assertThat(get(UNKNOWN).statusCode()).isEqualTo(404);
  }

  @Test
  void soManyDocumentsAreReadAndNoMore() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < MessageHandlers.MADE_MAX; i++) {
      waiting.add(client.sendAsync(request(SLOW), HttpResponse.BodyHandlers.ofString()));
    }
    assertThat(reading.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    HttpResponse<String> more = get(KNOWN);
    assertThat(more.statusCode()).isEqualTo(503);
    assertThat(more.headers().firstValue("retry-after")).isPresent();

    slow.tryEmitValue(document(SLOW));
    for (CompletableFuture<HttpResponse<String>> one : waiting) {
      assertThat(one.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    assertThat(get(KNOWN).statusCode()).isEqualTo(200);
  }

  @Test
  void whatFailsOrIsNotFoundGivesItsPlaceBack() throws Exception {
    for (int i = 0; i <= MessageHandlers.MADE_MAX; i++) {
      HttpResponse<String> reply = get(AWAY);
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.body()).contains("SERVER_AWAY");
      assertThat(get(UNKNOWN).statusCode()).isEqualTo(404);
    }
  }
}
