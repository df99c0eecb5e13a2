package dev.canswarm.benchmarks.load.sight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.canswarm.benchmarks.load.failure.BenchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenPageTest {
  private static final int OK = 200;

  private static final Path PAGE =
      Path.of("..", "pipeline", "src", "main", "resources")
          .resolve(Path.of("dev", "canswarm", "pipeline", "http", "page"));

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> asked = new ConcurrentSkipListSet<>();
  private final CountDownLatch scraped = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final HttpServer server;

  OpenPageTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    finished.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().getPath());
    exchange.sendResponseHeaders(OK, -1);
    exchange.close();
    if (exchange.getRequestURI().getPath().equals("/metrics")) {
      scraped.countDown();
    }
  }

  private void stream(HttpExchange exchange, String events) throws IOException {
    exchange.sendResponseHeaders(OK, 0);
    exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void eventsAndMetricsAreReadWhileItIsOpen() throws Exception {
    server.createContext("/", this::answer);
    server.createContext(
        "/v1/events", exchange -> stream(exchange, "id: 1\ndata: {}\n\nid: 2\ndata: {}\n\n"));
    OpenPage page = OpenPage.open(address());
    assertThat(scraped.await(30, TimeUnit.SECONDS)).isTrue();
    while (page.events() < 2) {
      Thread.onSpinWait();
    }
    page.close();
    assertThat(asked).contains("/", "/page/app.js", "/v1/needs", "/readyz", "/metrics");
  }

  /** What is measured has to be what the page costs. */
  @Test
  void itAsksForWhatThePageAsksFor() throws IOException {
    String live = Files.readString(PAGE.resolve("live.js"));
    assertThat(live)
        .contains("'" + OpenPage.EVENTS + "'")
        .contains("LINES_MAX = 60;", "'/v1/needs?limit=' + LINES_MAX")
        .contains("DEAD_LETTERS_MAX = 8;", "'/v1/dead-letters?limit=' + DEAD_LETTERS_MAX")
        .contains("HEALTH_MS = 5000;");
    try (Stream<Path> files = Files.list(PAGE)) {
      List<String> paths = files.map(file -> "/page/" + file.getFileName()).toList();
      assertThat(paths).contains("/page/index.html");
      assertThat(OpenPage.ONCE)
          .contains("/", "/v1/needs?limit=60", "/v1/dead-letters?limit=8")
          .containsAll(paths.stream().filter(path -> !path.endsWith("index.html")).toList());
    }
  }

  @Test
  void whereHttpDoesNotAnswerThePageDoesNotOpen() {
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    assertThatThrownBy(() -> OpenPage.open(address()))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("expected status 200, got 503");
  }
}
