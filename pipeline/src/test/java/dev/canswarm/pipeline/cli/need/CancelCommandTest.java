package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked before a running swarm is looked for. */
class CancelCommandTest {
  private static final String NEED = "d".repeat(64);

  @ParameterizedTest
  @ValueSource(strings = {"d", "demo-1", "DDDD", "../../etc/passwd", "\u001b[2J"})
  void whatIsNoIdOfANeedIsAUsageErrorAndNotSentToTheTerminal(String id, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, "cancel", id);
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err())
        .contains("NEED_ID: expected 64 hexadecimal digits, got ")
        .doesNotContain("\u001b");
  }

  @Test
  void aReasonIsForPeopleAndNotEmpty(@TempDir Path home) {
    for (String reason : new String[] {"", "x".repeat(1025), "a\u0007b"}) {
      Invocation invocation = Invocation.of(home, "cancel", NEED, "--reason", reason);
      assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
      assertThat(invocation.err()).contains("--reason: expected 1 to 1024 characters");
    }
  }

  @Test
  void aCancelNeedsARunningSwarm(@TempDir Path home) {
    Invocation invocation = Invocation.of(home, "cancel", NEED, "--reason", "not wanted");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
  }
}
