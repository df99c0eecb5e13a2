package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelectedServersTest {
  private final List<String> stopped = new ArrayList<>();

  private static SelectedServers none(Path parent) throws Exception {
    try (DataDirectory directory = DataDirectory.open(parent.resolve("data"))) {
      return new SelectedServers(StackSecrets.ensure(directory));
    }
  }

  @Test
  void serversStopInReverseOrderAlsoIfOneDoesNotStopAndOnceOnly(@TempDir Path parent)
      throws Exception {
    SelectedServers servers = none(parent);
    servers.add(ServerKind.POSTGRES, 1, () -> stopped.add("postgres"));
    servers.add(
        ServerKind.REDIS,
        2,
        () -> {
          stopped.add("redis");
          throw new IOException("does not stop");
        });
    servers.add(ServerKind.KAFKA, 3, () -> stopped.add("kafka"));
    servers.close();
    servers.close();
    assertThat(stopped).containsExactly("kafka", "redis", "postgres");
  }

  @Test
  void onlyAServerThatWasAskedForHasAPortAndALogin(@TempDir Path parent) throws Exception {
    try (SelectedServers servers = none(parent)) {
      servers.add(ServerKind.POSTGRES, 15432, () -> {});
      assertThat(servers.port(ServerKind.POSTGRES)).isEqualTo(15432);
      assertThat(servers.postgres(PostgresRole.values()[0]).port()).isEqualTo(15432);
      assertThatThrownBy(() -> servers.port(ServerKind.REDIS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("redis was not started");
      assertThatThrownBy(servers::kafka)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("kafka was not started");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatNeverRanLeftNothing(ServerKind kind, @TempDir Path data) throws Exception {
    assertThat(SelectedServers.hasRun(kind, data)).isFalse();
    Files.createDirectories(data.resolve("kafka").resolve("logs"));
    Files.createDirectories(data.resolve("postgres").resolve("data"));
    Files.createDirectories(data.resolve("redis"));
    assertThat(SelectedServers.hasRun(kind, data)).isTrue();
  }
}
