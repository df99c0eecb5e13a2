package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PostgresTls;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.TurnWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Connections to servers that are none; {@code PostgresOutageIT} has one that is real. */
class ConnectionsTest {
  private static final Duration WAIT_MAX = Duration.ofSeconds(30); // a guard against a hang

  private static PostgresPoolSettings settings(int port, PostgresTls tls) {
    return new PostgresPoolSettings(
        new PostgresPoolSettings.Address("127.0.0.1", port, "swarm", "user", "secret", tls),
        2,
        200);
  }

  private static PostgresPoolSettings settings(PostgresTls.Mode mode, Path certificates) {
    return settings(1, new PostgresTls(mode, Optional.of(certificates)));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return closed.getLocalPort();
    }
  }

  private static Mono<List<Object>> query(Connections connections) {
    return connections.query("read on PostgreSQL", "SELECT 1", bind -> {}, row -> row);
  }

  private static void failsRetryably(Connections connections) {
    StepVerifier.create(query(connections))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageStartingWith("read on PostgreSQL: ")
                    .hasMessageNotContaining("secret"))
        .verify(WAIT_MAX);
  }

  @Test
  void aServerThatIsAwayIsAnOutageAtEveryCallAndLeavesNoConnection() throws IOException {
    Connections connections = new Connections(settings(closedPort(), PostgresTls.NONE));
    failsRetryably(connections);
    failsRetryably(connections);
    assertThat(connections.pool().allocatedSize()).isZero();
    connections.closeLater().block(WAIT_MAX);
  }

  @Test
  void aServerThatNeverAnswersIsAnOutageOnceTheTimeIsOver() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Connections connections = new Connections(settings(silent.getLocalPort(), PostgresTls.NONE));
      failsRetryably(connections);
      connections.closeLater().block(WAIT_MAX);
    }
  }

  @Test
  void onceItIsClosedEveryCallIsAnOutage() throws IOException {
    Connections connections = new Connections(settings(closedPort(), PostgresTls.NONE));
    connections.closeLater().block(WAIT_MAX);
    failsRetryably(connections);
  }

  @ParameterizedTest
  @EnumSource(names = {"VERIFY_CA", "VERIFY_FULL"})
  void certificatesThatCannotBeReadFailTheStartAndAreNamed(
      PostgresTls.Mode mode, @TempDir Path directory) throws IOException {
    Path missing = directory.resolve("ca.pem");
    assertThatThrownBy(() -> new Connections(settings(mode, missing)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(missing.toString());
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    assertThatThrownBy(() -> new Connections(settings(mode, empty)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(empty.toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"DISABLE", "REQUIRE"})
  void certificatesThatAreNotUsedAreNotRead(PostgresTls.Mode mode, @TempDir Path directory) {
    Connections connections = new Connections(settings(mode, directory.resolve("missing.pem")));
    assertThat(connections.pool().allocatedSize()).isZero();
    connections.closeLater().block(WAIT_MAX);
  }

  @Test
  void aTurnThatWritesNothingAsksNobody() throws IOException {
    Connections connections = new Connections(settings(closedPort(), PostgresTls.NONE));
    TurnStatements turns = new TurnStatements(connections, new ReadStatements(connections));
    StepVerifier.create(turns.write(new TurnWrite(List.of(), List.of(), List.of(), List.of())))
        .expectNext(List.of())
        .verifyComplete();
    connections.closeLater().block(WAIT_MAX);
  }
}
