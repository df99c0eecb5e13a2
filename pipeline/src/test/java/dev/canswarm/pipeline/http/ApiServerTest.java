package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.pipeline.health.Health;
import dev.canswarm.pipeline.health.HealthCheck;
import dev.canswarm.pipeline.health.HealthStatus;
import dev.canswarm.pipeline.health.HealthStatus.State;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Over a real socket. */
class ApiServerTest {
  private static final int WAIT_MILLIS_MAX = 10_000;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofMillis(WAIT_MILLIS_MAX)).build();
  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void beforeTheProcessServesItOnlyLives() throws Exception {
    OpenApi openApi = OpenApi.load();
    HttpResponse<String> live = get("/livez");
    openApi.describes("GET /livez", live);
    assertThat(live.statusCode()).isEqualTo(200);
    openApi.describes("GET /readyz", get("/readyz"));
    openApi.describes("GET /metrics", get("/metrics"));
    for (String path : List.of("/readyz", "/metrics", "/anything")) {
      HttpResponse<String> reply = get(path);
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.headers().firstValue("retry-after")).hasValue("1");
      assertThat(problem(reply).get("code").asText()).isEqualTo("NOT_SERVING");
    }
  }

  @Test
  void readyMeansThatNoPartIsDown() throws Exception {
    serve(HealthStatus.up("fine"), HealthStatus.degraded("away"));
    assertThat(get("/readyz").body()).isEqualTo("ready\n");
    HttpResponse<String> verbose = get("/readyz?verbose");
    OpenApi.load().describes("GET /readyz", verbose);
    assertThat(verbose.statusCode()).isEqualTo(200);
    assertThat(verbose.body()).isEqualTo("[+]first up: fine\n[!]second degraded: away\nready\n");
  }

  @Test
  void aPartThatIsDownIsNamed() throws Exception {
    serve(HealthStatus.up(""), HealthStatus.down("no broker"));
    HttpResponse<String> verbose = get("/readyz?verbose");
    OpenApi.load().describes("GET /readyz", verbose);
    assertThat(verbose.statusCode()).isEqualTo(503);
    assertThat(verbose.body()).isEqualTo("[+]first up\n[-]second down: no broker\nnot ready\n");
    HttpResponse<String> json =
        send(request("/readyz").header("Accept", "application/json").GET().build());
    OpenApi.load().describes("GET /readyz", json);
    JsonNode report = new ObjectMapper().readTree(json.body());
    assertThat(report.get("ready").asBoolean()).isFalse();
    assertThat(report.at("/checks/1/state").asText()).isEqualTo("down");
  }

  @Test
  void metricsAreInPrometheussFormatAndNeitherCachedNorSniffed() throws Exception {
    serve(HealthStatus.up(""), HealthStatus.up(""));
    HttpResponse<String> metrics = get("/metrics");
    OpenApi.load().describes("GET /metrics", metrics);
    assertThat(metrics.body()).isEqualTo("up 1\n");
    assertThat(metrics.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(metrics.headers().firstValue("x-content-type-options")).hasValue("nosniff");
  }

  @Test
  void headIsGetWithoutTheBody() throws Exception {
    serve(HealthStatus.up(""), HealthStatus.up(""));
    HttpResponse<String> head =
        send(request("/metrics").method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("content-length")).hasValue("5");
    assertThat(head.body()).isEmpty();
  }

  @Test
  void anUnknownPathAndAMethodThatIsNotForItAreProblems() throws Exception {
    serve(HealthStatus.up(""), HealthStatus.up(""));
    HttpResponse<String> unknown = get("/nothing?x=1");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("content-type")).hasValue(Problem.TYPE);
    assertThat(problem(unknown).get("status").asInt()).isEqualTo(404);
    assertThat(problem(unknown).get("detail").asText()).contains("/nothing");
    HttpResponse<String> method = send(request("/metrics").DELETE().build());
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  @Test
  void aHandlerThatFailsIsAProblemWithoutItsCause() throws Exception {
    server.serve(
        Routes.none()
            .get("/error", request -> Mono.error(new IllegalStateException("secret")))
            .get(
                "/throws",
                request -> {
                  throw new IllegalStateException("secret");
                }));
    for (String path : List.of("/error", "/throws")) {
      HttpResponse<String> reply = get(path);
      assertThat(reply.statusCode()).isEqualTo(500);
      assertThat(reply.body()).doesNotContain("secret");
    }
  }

  @Test
  void aForeignHostAndOriginGetNothing() throws Exception {
    serve(HealthStatus.up(""), HealthStatus.up(""));
    assertThat(raw("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 421")
        .doesNotContain("up 1");
    assertThat(send(request("/metrics").header("Origin", "http://evil.example").GET().build()))
        .satisfies(reply -> assertThat(reply.statusCode()).isEqualTo(403));
  }

  @Test
  void aHeadThatIsTooLongIsRefused() throws Exception {
    String reply =
        raw("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(16_500) + "\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 4");
  }

  @Test
  void oneConnectionMoreThanThereMayBeIsClosed() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < ApiServer.CONNECTIONS_MAX; i++) {
        open.add(connect());
        assertAnswers(open.get(i));
      }
      try (Socket more = connect()) {
        assertThat(more.getInputStream().read()).isEqualTo(-1);
      }
      open.remove(0).close();
      assertThat(get("/livez").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void afterItStoppedToServeItStillLives() throws Exception {
    serve(HealthStatus.up(""), HealthStatus.up(""));
    server.stopServing();
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  private void serve(HealthStatus first, HealthStatus second) {
    Health health =
        new Health(
            List.of(
                new HealthCheck("first", State.DOWN, () -> Mono.just(first)),
                new HealthCheck("second", State.DOWN, () -> Mono.just(second))),
            Schedulers.parallel());
    server.serve(
        ApiRoutes.of(
            health,
            () -> Mono.just("up 1\n".getBytes(StandardCharsets.US_ASCII)),
            new MemoryNeeds(),
            address -> Mono.empty(),
            Schedulers.parallel()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
        .timeout(Duration.ofMillis(WAIT_MILLIS_MAX));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET().build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode problem(HttpResponse<String> reply) throws Exception {
    return new ObjectMapper().readTree(reply.body());
  }

  private Socket connect() throws Exception {
    URI at = URI.create("http://" + server.address());
    Socket socket = new Socket(at.getHost(), at.getPort());
    socket.setSoTimeout(WAIT_MILLIS_MAX);
    return socket;
  }

  private static void assertAnswers(Socket socket) throws Exception {
    socket
        .getOutputStream()
        .write(
            "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(socket.getInputStream().readNBytes(12))
        .isEqualTo("HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII));
  }

  private String raw(String request) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(2_000), StandardCharsets.UTF_8);
    }
  }
}
