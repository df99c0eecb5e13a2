package dev.canswarm.pipeline.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.embedded.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps {@code up} from starting, before any server does. */
class UpCommandTest {
  private final Path home;

  UpCommandTest(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void unwatch() {
    FatalErrors.unwatch();
  }

  private Invocation up(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "up";
    System.arraycopy(options, 0, args, 1, options.length);
    Invocation up = Invocation.of(home, args);
    assertThat(up.out()).isEmpty();
    return up;
  }

  private void aStackRunsOn(Path data) throws Exception {
    Files.createDirectories(data);
    new StackFile(
            new StackFile.Writer(ProcessHandle.current().pid(), Optional.empty()),
            "swarm",
            new StackFile.Kafka(
                "127.0.0.1:1", new KafkaEndpoint("127.0.0.1:1", Map.of()), OptionalInt.empty()),
            "postgresql://p@127.0.0.1:2/p",
            "redis://127.0.0.1:3",
            true,
            8)
        .write(data);
  }

  @Test
  void joiningNoStackSaysHowToStartOne() {
    Path nothing = home.resolve("nothing");
    Invocation up = up("--join", "nothing");
    assertThat(up.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(up.err())
        .contains("no stack runs on " + nothing + "; start one with: ./swarm up --data " + nothing);
    assertThat(nothing).doesNotExist();
  }

  @Test
  void aProcessCannotJoinAStackOnItsOwnDirectory() throws Exception {
    aStackRunsOn(home.resolve("data"));
    Invocation up = up("--join", "other/../data", "--data", home.resolve("data").toString());
    assertThat(up.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(up.err()).contains("--join and --data are the same directory");
  }

  @Test
  void aPolicyThatCannotBeReadIsNamedAndTheDirectoryIsFreeAgain() throws Exception {
    Path policy = home.resolve("missing.json");
    Invocation up = up("--data", "data", "--policy-file", policy.toString());
    assertThat(up.exit()).isNotIn(ExitCode.OK, ExitCode.STOPPED);
    assertThat(up.err()).contains(policy.toString());
    DataDirectory.open(home.resolve("data")).close();
  }

  @Test
  void aTrustFileThatCannotBeReadIsNamedAndTheDirectoryIsFreeAgain() throws Exception {
    Path trust = home.resolve("trust.yaml");
    Files.writeString(trust, "not: a trust file\n");
    Invocation up = up("--data", "data", "--http-port", "0", "--trust-file", trust.toString());
    assertThat(up.exit()).isNotIn(ExitCode.OK, ExitCode.STOPPED);
    assertThat(up.err()).contains(trust.toString());
    DataDirectory.open(home.resolve("data")).close();
  }
}
