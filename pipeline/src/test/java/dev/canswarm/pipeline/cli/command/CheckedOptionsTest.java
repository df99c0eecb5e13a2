package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.protocol.payload.ErrorText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextOptionTest {
  @Test
  void anOptionThatWasNotGivenOrHasATextIsRight() {
    assertThatCode(() -> TextOption.check("--note", null)).doesNotThrowAnyException();
    assertThatCode(() -> TextOption.check("--note", "we replaced the disk, \u00e9\u20ac"))
        .doesNotThrowAnyException();
    assertThatCode(() -> TextOption.check("--note", "x".repeat(ErrorText.CHARS_MAX)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u001b[2J", "a\u009bb", "a\u0000"})
  void aTextThatNoMessageMayHaveIsRefusedWithTheOptionsName(String text) {
    assertThatThrownBy(() -> TextOption.check("--note", text))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessage("--note: expected 1 to 1024 characters, none of which controls a terminal");
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    assertThatThrownBy(() -> TextOption.check("--note", "x".repeat(ErrorText.CHARS_MAX + 1)))
        .isInstanceOf(CommandException.class);
  }
}
