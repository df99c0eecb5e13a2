package dev.canswarm.pipeline.cli.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no database; CommandsIT reads the names that the control chain adds. */
class StoreAccessTest {
  private final Path home;
  private final Path data;

  StoreAccessTest(@TempDir Path home) throws Exception {
    this.home = home;
    this.data = Files.createDirectory(home.resolve("data"));
  }

  private DataAccess access(Map<String, String> environment) throws Exception {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("SWARM_DATA", data.toString());
    return DataAccess.of(new ThreadCommand(new Invocation(home, all).context()));
  }

  @Test
  void withoutADatabaseTheCommandSaysHowToStartOne() throws Exception {
    DataAccess access = access(Map.of());
    assertThatThrownBy(() -> StoreAccess.open(access))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessageContaining("no stack is running on " + data);
  }

  @Test
  void aReadMayTakeThreeStatements() throws Exception {
    assertThat(StoreAccess.wait(access(Map.of("SWARM_POSTGRES_STATEMENT_TIMEOUT_MS", "1234"))))
        .isEqualTo(Duration.ofMillis(3702));
  }

  @Test
  void keysHaveTheNamesOfTheTrustFileIfThereIsOne() throws Exception {
    assertThat(StoreAccess.names(access(Map.of()))).isEmpty();
    String key = TestKeys.key("a").publicKey().base64();
    new TrustFile(List.of(TrustFile.Entry.always("worker-1", key, List.of("worker"))))
        .write(data.resolve(TrustFile.NAME));
    assertThat(StoreAccess.names(access(Map.of())))
        .containsExactlyEntriesOf(Map.of(key, "worker-1"));
  }
}
