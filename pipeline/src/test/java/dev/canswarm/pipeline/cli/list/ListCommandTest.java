package dev.canswarm.pipeline.cli.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters are checked before a database is looked for. */
class ListCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--state=closed|--state: expected open or ended, got closed",
        "--outcome=CANCELLED|--outcome: expected ACCEPTED, REJECTED or EXPIRED, got CANCELLED",
        "--outcome=accepted|got accepted",
        "--thread=a b|--thread: expected 1 to 128 of A-Z a-z 0-9 . _ : -, got a b",
        "--artifact=ab|--artifact: expected 64 hexadecimal digits, got ab",
        "--limit=0|--limit: expected 1 to 1000000, got 0",
        "--limit=1000001|--limit: expected 1 to 1000000, got 1000001",
        "--older-than=5|--older-than: expected a number and s, m, h or d, got 5",
        "--older-than=-5m|got -5m",
        "--older-than=5 m|got 5 m",
        "--older-than=1000000000s|got 1000000000s"
      })
  void aFilterThatFitsNothingIsAUsageError(String option, String message, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, "list", option);
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains(message);
    assertThat(invocation.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--state=open",
        "--state=ended",
        "--outcome=EXPIRED",
        "--limit=1",
        "--limit=1000000",
        "--older-than=0s",
        "--older-than=999999999d",
        "--type=any text"
      })
  void aFilterAtItsBoundsIsTakenAndAStackIsMissed(String option, @TempDir Path home) {
    assertThat(Invocation.of(home, "list", option).exit()).isEqualTo(ExitCode.ENVIRONMENT);
  }
}
