package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is checked before a running swarm is looked for. */
class TrustCommandTest {
  @ParameterizedTest
  @CsvSource({
    "rotate, expected a NAME",
    "revoke, expected a NAME",
    "roles, expected a NAME",
    "approve, expected a FILE",
    "submit, expected a FILE",
    "grant, grant"
  })
  void aChangeNamesWhatItIsAbout(String action, String message, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, "trust", action);
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains(message);
  }

  @Test
  void aNoteIsShortAndControlsNoTerminal(@TempDir Path home) {
    for (String note : new String[] {"x".repeat(1025), "\u001b[31mred"}) {
      Invocation invocation = Invocation.of(home, "trust", "rotate", "worker-1", "--note", note);
      assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
      assertThat(invocation.err()).contains("--note: expected 1 to 1024 characters");
    }
  }

  @Test
  void aProposalThatIsNotThereIsNotApproved(@TempDir Path home) {
    Invocation invocation = Invocation.of(home, "trust", "approve", "missing.json");
    assertThat(invocation.exit()).as(invocation.err()).isNotEqualTo(ExitCode.OK);
    assertThat(invocation.err()).contains("missing.json");
  }

  @Test
  void aChangeNeedsARunningSwarm(@TempDir Path home) {
    Invocation invocation = Invocation.of(home, "trust", "rotate", "worker-1");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void aTimeoutIsNotNegative(@TempDir Path home) {
    Invocation invocation = Invocation.of(home, "trust", "revoke", "worker-1", "--timeout-ms=-1");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains("--timeout-ms");
  }
}
