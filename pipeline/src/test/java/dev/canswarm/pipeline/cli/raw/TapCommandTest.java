package dev.canswarm.pipeline.cli.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked before a broker is looked for. */
class TapCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1"})
  void aTapThatShowsNothingIsAUsageError(String max, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, "tap", "swarm.need", "--max", max);
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains("--max: expected 1 or more, got " + max);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tap swarm.need --max 1", "pub swarm.test text"})
  void withoutABrokerNothingIsReadOrSent(String command, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, command.split(" "));
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(invocation.out()).isEmpty();
  }
}
