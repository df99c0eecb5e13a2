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
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenPageTest {
  private static final int OK = 200;

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
