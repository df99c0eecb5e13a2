package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.protocol.payload.ErrorText;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedOptionsTest {
  @Test
  void anOptionThatWasNotGivenOrHasATextIsRight() {
    assertThatCode(() -> CheckedOptions.text("--note", null)).doesNotThrowAnyException();
    assertThatCode(() -> CheckedOptions.text("--note", "we replaced the disk, \u00e9\u20ac"))
        .doesNotThrowAnyException();
    assertThatCode(() -> CheckedOptions.text("--note", "x".repeat(ErrorText.CHARS_MAX)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u001b[2J", "a\u009bb", "a\u0000"})
  void aTextThatNoMessageMayHaveIsRefusedWithTheOptionsName(String text) {
    assertThatThrownBy(() -> CheckedOptions.text("--note", text))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessage("--note: expected 1 to 1024 characters, none of which controls a terminal");
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    assertThatThrownBy(() -> CheckedOptions.text("--note", "x".repeat(ErrorText.CHARS_MAX + 1)))
        .isInstanceOf(CommandException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "need --wait text",
        "need text",
        "cancel dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        "trust rotate worker-1",
        "policy retire dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      })
  void aNegativeTimeoutIsAUsageError(String command, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, (command + " --timeout-ms -1").split(" "));
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains("--timeout-ms: expected 0 or more, got -1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "9223372036854775807"})
  void anyOtherTimeoutIsTaken(String millis, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, "need", "text", "--timeout-ms", millis);
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
  }
}
