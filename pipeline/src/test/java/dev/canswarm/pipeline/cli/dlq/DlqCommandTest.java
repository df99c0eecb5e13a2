package dev.canswarm.pipeline.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options are checked before a broker is looked for. */
class DlqCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list --max 0|--max: expected 1 to 1000000, got 0",
        "list --max 1000001|--max: expected 1 to 1000000, got 1000001",
        "show swarm.intake|expected a position as topic/partition/offset, got swarm.intake",
        "list --since soon|--since: expected a time such as 2026-11-29T12:00:00Z, or 10m, got soon",
        "list --until never|--until: expected a time",
        "delete|delete"
      })
  void aWrongOptionIsAUsageError(String arguments, String message, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, ("dlq " + arguments).split(" "));
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains(message);
  }

  @Test
  void withoutAStackNothingIsListed(@TempDir Path home) {
    Invocation invocation = Invocation.of(home, "dlq", "list", "--max", "1000000");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(invocation.out()).isEmpty();
  }
}
