package dev.canswarm.pipeline.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.canswarm.pipeline.health.HealthStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthSnapshotTest {
  private final Path token;
  private final HttpServer server;
  private final String address;
  private final AtomicReference<String> authorization = new AtomicReference<>();

  HealthSnapshotTest(@TempDir Path directory) throws IOException {
    token = directory.resolve("token");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    address = "127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answers(int status, String body) {
    server.createContext(
        "/readyz",
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void readsTheChecksOfAProcessThatIsNotReady() throws Exception {
    answers(
        503,
        """
        {"ready":false,"checks":[{"name":"kafka","state":"down","detail":"no broker"},
        {"name":"redis","state":"degraded","detail":""}]}
        """);
    HealthSnapshot snapshot = HealthSnapshot.ask(address, token);
    assertThat(snapshot.ready()).isFalse();
    assertThat(snapshot.checks())
        .containsExactly(
            new HealthSnapshot.Check("kafka", State.DOWN, "no broker"),
            new HealthSnapshot.Check("redis", State.DEGRADED, ""));
    assertThat(authorization).hasNullValue();
  }

  @Test
  void showsTheTokenIfThereIsOne() throws Exception {
    Files.writeString(token, "secret\n");
    answers(200, "{\"ready\":true,\"checks\":[]}");
    assertThat(HealthSnapshot.ask(address, token).ready()).isTrue();
    assertThat(authorization).hasValue("Bearer secret");
  }

  @Test
  void aStateThatDoesNotExistIsNamed() {
    answers(200, "{\"ready\":true,\"checks\":[{\"name\":\"a\",\"state\":\"up\\u001b\"}]}");
    assertThatThrownBy(() -> HealthSnapshot.ask(address, token))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected a state of up, degraded or down, got up\\u001b");
  }

  @Test
  void anAnswerOfAnotherProgramIsAFailureWithItsStatus() {
    answers(404, "{}");
    assertThatThrownBy(() -> HealthSnapshot.ask(address, token))
        .isInstanceOf(IOException.class)
        .hasMessage("http://" + address + "/readyz answered 404");
  }
}
