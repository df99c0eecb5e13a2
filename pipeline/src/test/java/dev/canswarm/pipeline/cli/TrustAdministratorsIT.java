package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.TrustFile;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may change keys and roles: as many administrators as the first trust file says. */
class TrustAdministratorsIT {
  private final Path home;
  private final TrustCommands commands;

  TrustAdministratorsIT(@TempDir Path home) {
    this.home = home;
    this.commands = new TrustCommands(home);
  }

  @Test
  void severalAdministratorsSignWhereTheTrustFileSaysSo() throws Exception {
    String data = home.resolve("data").toString();
    assertThat(commands.run("keys", "new", "--data", data).exit()).isZero();
    assertThat(commands.run("keys", "new", "bob", "--role", "admin", "--data", data).exit())
        .isZero();
    Path trustFile = home.resolve("data").resolve(TrustFile.NAME);
    new TrustFile(TrustFile.read(trustFile).entries(), 2).write(trustFile);
    UpProcess up = UpProcess.start(home, Map.of("SWARM_INTAKE_ENABLED", "true"));
    try {
      assertThatTwoMustSign();
    } finally {
      up.stop();
    }
  }

  private void assertThatTwoMustSign() throws Exception {
    Invocation alone = commands.run("trust", "rotate", "worker-1");
    assertThat(alone.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(alone.err()).contains("2 administrators must sign", "--propose");
    String file = home.resolve("change.json").toString();
    commands.done("trust", "rotate", "worker-1", "--propose", file);
    commands.assertRefused("APPROVALS_MISSING", "submit", file, "--admin", "admin");
    commands.done("trust", "approve", file, "--admin", "bob");
    commands.done("trust", "submit", file, "--admin", "admin");

    assertThat(commands.listed("worker-1"))
        .containsExactlyInAnyOrder("retired since 1 true", "in_force since 1 true");
    commands.assertRefused("propose the change again", "submit", file, "--admin", "admin");
    commands.assertNeedIsAccepted("after");
  }

  @Test
  void withoutAStackNothingCanBeChanged() {
    assertThat(commands.run("trust", "list").exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(commands.run("trust").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(commands.run("trust", "rotate").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(commands.run("trust", "add", "x", "--note", "").exit()).isEqualTo(ExitCode.USAGE);
  }
}
