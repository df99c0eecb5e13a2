package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Whether the list is kept up to date shows in whether PostgreSQL is asked for anything. */
class NodeReadModelTest {
  private static final int SOON_MILLIS = 60_000;
  private static final int NEVER_MILLIS = 500;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private static NodeReadModel readModel(ServerSocket postgres, boolean keepsList) {
    return new NodeReadModel(
        new PostgresPoolSettings(
            new PostgresPoolSettings.Address(
                "127.0.0.1", postgres.getLocalPort(), "db", "user", "password"),
            1,
            1_000),
        () -> JsonObject.builder().build(),
        keepsList,
        Schedulers.parallel(),
        Schedulers.parallel());
  }

  private static void close(NodeReadModel readModel) {
    readModel.closeLater().timeout(CLOSE_MAX, Mono.empty()).block();
  }

  @Test
  void theListIsKeptWhereHttpIsAnswered() throws Exception {
    try (ServerSocket postgres = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      postgres.setSoTimeout(SOON_MILLIS);
      NodeReadModel readModel = readModel(postgres, true);
      try (Socket asked = postgres.accept()) {
        assertThat(asked.isConnected()).isTrue();
      }
      close(readModel);
    }
  }

  @Test
  void withoutHttpNothingIsAskedForUntilSomebodyReads() throws Exception {
    try (ServerSocket postgres = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      NodeReadModel readModel = readModel(postgres, false);
      postgres.setSoTimeout(NEVER_MILLIS);
      assertThatThrownBy(postgres::accept).isInstanceOf(SocketTimeoutException.class);

      postgres.setSoTimeout(SOON_MILLIS);
      readModel.openNeeds().subscribe(count -> {}, away -> {});
      postgres.accept().close();
      close(readModel);
    }
  }
}
