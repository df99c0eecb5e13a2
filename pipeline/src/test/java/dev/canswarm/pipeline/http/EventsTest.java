package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MemoryLog;
import dev.canswarm.port.BusProbe;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Events over a real socket, of a log in memory. */
class EventsTest {
  private static final String OPERATION = "GET /v1/events";
  private static final String OF_NEED = "GET /v1/needs/{id}/events";
  private static final Duration WAIT_MAX = Duration.ofSeconds(20);
  private static final String NEED = "ab".repeat(32);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback());
  private final MemoryLog log = new MemoryLog();
  private final LogFeed feed = new LogFeed(log, Schedulers.parallel(), Schedulers.parallel());
  private final OpenApi openApi = OpenApi.load();

  EventsTest() throws Exception {
    server.serve(
        ReadRoutes.addTo(
            Routes.none(),
            feed,
            new MemoryNeedList(),
            id -> Mono.empty(),
            () -> JsonObject.builder().build()));
  }

  @AfterEach
  void close() {
    feed.close();
    server.close();
  }

  /** A client that reads lines until it is closed. */
  private final class Client implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Stream<String> body;
    private final CompletableFuture<Void> reading;

    Client(String path, String... headers) throws Exception {
      HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
      if (headers.length > 0) {
        request.headers(headers);
      }
      HttpResponse<Stream<String>> reply =
          client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
      openApi.describes(operation(path), reply);
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.headers().firstValue("content-type")).hasValue("text/event-stream");
      assertThat(reply.headers().firstValue("cache-control")).hasValue("no-store");
      body = reply.body();
      reading = CompletableFuture.runAsync(() -> body.forEach(lines::add));
    }

    void awaitLine(String part) {
      BusProbe.await(
          "a line with " + part, () -> lines.stream().anyMatch(line -> line.contains(part)));
    }

    String lastId() {
      return lines.stream()
          .filter(line -> line.startsWith("id: "))
          .reduce((first, second) -> second)
          .orElseThrow()
          .substring(4);
    }

    List<String> data() {
      return lines.stream().filter(line -> line.startsWith("data: ")).toList();
    }

    @Override
    public void close() {
      body.close();
    }
  }

  @Test
  void aClientThatComesBackWithItsLastIdGoesOnWhereItWas() throws Exception {
    String first;
    try (Client events = new Client("/v1/events")) {
      events.awaitLine("id: ");
      log.say("NEED", NEED, "{\"task_type\":\"text.sum\"}");
      events.awaitLine("text.sum");
      first = events.lastId();
    }
    log.say("DECIDE", NEED, "{}");
    try (Client events = new Client("/v1/events", "Last-Event-ID", first)) {
      log.say("FINALIZE", NEED, "{\"outcome\":\"REJECTED\",\"reason\":\"NO_PLAN\"}");
      events.awaitLine("NO_PLAN");
      assertThat(events.data()).hasSize(2);
      assertThat(events.data().get(0)).contains("\"kind\":\"DECIDE\"");
      assertThat(events.data().get(1))
          .isEqualTo(
              "data: {\"id\":\""
                  + "%064x".formatted(2)
                  + "\",\"kind\":\"FINALIZE\",\"lamport\":1,\"need_id\":\""
                  + NEED
                  + "\",\"outcome\":\"REJECTED\",\"reason\":\"NO_PLAN\",\"sender_pk_b64\":\"sender\","
                  + "\"stored_ms\":20,\"thread_id\":\"thread\"}");
    }
  }

  @Test
  void theEventsOfANeedBeginWithIt() throws Exception {
    log.say("NEED", NEED, "{}");
    log.say("NEED", "cd".repeat(32), "{}");
    log.say("DECIDE", NEED, "{}");
    try (Client events = new Client("/v1/needs/" + NEED + "/events")) {
      events.awaitLine("DECIDE");
      assertThat(events.data()).hasSize(2).allMatch(line -> line.contains(NEED));
      for (String line : events.data()) {
        openApi.checkSchema("Event", json(line));
      }
    }
  }

  @Test
  void ratesAreToldToWhoAsksForThem() throws Exception {
    try (Client events = new Client("/v1/events?kind=FINALIZE&rates")) {
      events.awaitLine("event: rates");
      events.awaitLine("\"began\":0");
      openApi.checkSchema("Rates", json(events.data().get(0)));
    }
  }

  @Test
  void aClientIsToldOfTheSampleThatItReceives() throws Exception {
    try (Client events = new Client("/v1/events?kind=NEED&rate_max=1")) {
      events.awaitLine("id: ");
      assertThat(events.data()).containsExactly("data: {\"one_of\":1}");
      openApi.checkSchema("Sampled", json(events.data().get(0)));
      for (int i = 0; i < 8; i++) {
        log.say("NEED", "%064x".formatted(i), "{}");
      }
      events.awaitLine("{\"one_of\":8}");
    }
    try (Client events = new Client("/v1/events?kind=NEED&rate_max=1&sample=16")) {
      events.awaitLine("{\"one_of\":16}");
    }
  }

  @Test
  void textFromOutsideCannotEndAnEvent() throws Exception {
    try (Client events = new Client("/v1/events")) {
      events.awaitLine("id: ");
      log.say("NEED", NEED, "{\"task_type\":\"a\\n\\nid: 9-9\\ndata: forged\"}");
      log.say("NEED", "last", "{}");
      events.awaitLine("last");
      assertThat(events.lines).noneMatch(line -> line.startsWith("data: forged"));
      assertThat(events.lastId()).isNotEqualTo("9-9");
    }
  }

  @Test
  void whenTheProcessStopsTheStreamEnds() throws Exception {
    try (Client events = new Client("/v1/events")) {
      events.awaitLine("id: ");
      feed.close();
      assertThat(events.reading).succeedsWithin(WAIT_MAX);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/needs/abc/events",
        "/v1/needs/ABAB/events?after=now",
        "/v1/events?after=x",
        "/v1/events?after=1",
        "/v1/events?after=99999999999999999999-1",
        "/v1/events?after=1000-1",
        "/v1/events?kind=NO_SUCH",
        "/v1/events?kind=NEED,",
        "/v1/events?sample=0",
        "/v1/events?sample=5000",
        "/v1/events?sample",
        "/v1/events?rate_max=0",
        "/v1/events?rate_max=1001",
        "/v1/events?rate_max=10&sample=3",
        "/v1/events?thread=a%20b"
      })
  void anythingElseIsRefused(String path) throws Exception {
    HttpResponse<String> reply =
        client.send(
            HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    openApi.describes(operation(path), reply);
    assertThat(reply.statusCode()).isEqualTo(400);
  }

  private static String operation(String path) {
    return path.startsWith("/v1/needs/") ? OF_NEED : OPERATION;
  }

  private static JsonNode json(String data) throws Exception {
    return new ObjectMapper().readTree(data.substring("data: ".length()));
  }

  private URI uri(String path) {
    return URI.create("http://" + server.address() + path);
  }
}
