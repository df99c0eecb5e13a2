package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.embedded.ServerKind;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which servers a replay takes without starting any; ReplayIT starts them. */
class ReplayServersTest {
  private static final String KAFKA = "SWARM_KAFKA_BOOTSTRAP";
  private static final String POSTGRES = "SWARM_POSTGRES_URL";
  private static final Map<String, String> BOTH =
      Map.of(KAFKA, "broker.example:9092", POSTGRES, "postgresql://p@db.example:5433/p");

  private final Path home;
  private final Path data;

  ReplayServersTest(@TempDir Path home) {
    this.home = home;
    this.data = home.resolve("data");
  }

  private ReplayServers open(Map<String, String> named, ServerKind first, ServerKind... needed)
      throws Exception {
    Map<String, String> environment = new TreeMap<>(named);
    environment.put("SWARM_DATA", data.toString());
    Invocation invocation = new Invocation(home, environment);
    return ReplayServers.open(
        DataAccess.of(new RebuildCommand(invocation.context())),
        EnumSet.of(first, needed),
        EnumSet.allOf(ServerKind.class),
        invocation.context());
  }

  @Test
  void namedServersAreTakenAndNoneIsStartedBesideThem() throws Exception {
    try (ReplayServers servers = open(BOTH, ServerKind.KAFKA, ServerKind.POSTGRES)) {
      assertThat(servers.kafka().bootstrap()).isEqualTo("broker.example:9092");
      assertThat(servers.postgres())
          .hasValueSatisfying(
              pool -> {
                assertThat(pool.address().host()).isEqualTo("db.example");
                assertThat(pool.address().port()).isEqualTo(5433);
              });
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void aServerThatIsOnlyUsefulMayBeMissing() throws Exception {
    Map<String, String> one = Map.of(KAFKA, "broker.example:9092");
    try (ReplayServers servers = open(one, ServerKind.KAFKA)) {
      assertThat(servers.postgres()).isEmpty();
    }
    assertThat(data).doesNotExist();
  }

  private void assertMissing(ServerKind kind, String option, String named) {
    Map<String, String> environment = named.isEmpty() ? Map.of() : Map.of(named, BOTH.get(named));
    assertThatThrownBy(() -> open(environment, ServerKind.KAFKA, kind))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessageContainingAll(
            "no stack is running on " + data, kind.label() + " was never started", option);
    assertThat(data).doesNotExist();
  }

  @Test
  void aNeededServerThatIsNeitherNamedNorThereIsMissedByItsOption() {
    assertMissing(ServerKind.KAFKA, "--kafka-bootstrap", "");
    assertMissing(ServerKind.POSTGRES, "--postgres-url", KAFKA);
  }
}
