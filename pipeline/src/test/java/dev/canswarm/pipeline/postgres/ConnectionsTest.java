package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PostgresTls;
import dev.canswarm.port.RetryableException;
import io.r2dbc.spi.R2dbcNonTransientException;
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
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Connections without PostgreSQL; {@code PostgresOutageIT} has a real one. */
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

  private static final class Refused extends R2dbcNonTransientException {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("duplicate key", "23505");
    }
  }

  @Test
  void aConnectionIsUsedAgainAlsoAfterTheServerRefusedAStatement() {
    ScriptedServer server = new ScriptedServer();
    Connections connections = server.connections();
    server.answers(new Object[] {1L});
    server.fails(new Refused());
    server.answers(new Object[] {2L});

    assertThat(number(connections)).isEqualTo(1);
    assertThatThrownBy(() -> number(connections)).isInstanceOf(Refused.class);
    assertThat(number(connections)).isEqualTo(2);

    assertThat(server.opened).isEqualTo(1);
    assertThat(server.closed).isZero();
    connections.closeLater().block(WAIT_MAX);
    assertThat(server.closed).isEqualTo(1);
  }

  @Test
  void aConnectionThatBrokeIsClosedAndTheNextStatementHasAnother() {
    ScriptedServer server = new ScriptedServer();
    Connections connections = server.connections();
    server.fails(new IOException("reset"));
    server.answers(new Object[] {2L});

    assertThatThrownBy(() -> number(connections)).isInstanceOf(RetryableException.class);
    assertThat(number(connections)).isEqualTo(2);

    assertThat(server.opened).isEqualTo(2);
    assertThat(server.closed).isEqualTo(1);
  }

  @Test
  void aConnectionWhoseStatementNobodyWaitsForIsClosed() {
    ScriptedServer server = new ScriptedServer();
    Connections connections = server.connections();
    server.answers(new Object[] {1L});
    server.hangs();
    server.answers(new Object[] {2L});
    assertThat(number(connections)).isEqualTo(1);

    Disposable caller = query(connections).subscribe();
    assertThat(server.asked).hasSize(2);
    caller.dispose();
    assertThat(number(connections)).isEqualTo(2);

    assertThat(server.opened).isEqualTo(2);
    assertThat(server.closed).isEqualTo(1);
  }

  private static long number(Connections connections) {
    return connections
        .query("read on PostgreSQL", "SELECT 1", bind -> {}, row -> RowMapping.number(row, 0))
        .blockOptional(WAIT_MAX)
        .orElseThrow()
        .get(0);
  }
}
