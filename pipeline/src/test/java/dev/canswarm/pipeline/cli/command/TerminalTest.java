package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a terminal nothing is written over and nothing is broken into lines. */
class TerminalTest {
  @Test
  void aDumbTerminalOrNoneIsNotWrittenOver() {
    assertThat(Terminal.present(Map.of())).isFalse();
    assertThat(Terminal.present(Map.of("TERM", "dumb"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "eighty", "12345", "080", "80 "})
  void anInvalidWidthIsIgnored(String columns) {
    assertThat(Terminal.columns(Map.of("COLUMNS", columns))).isEmpty();
  }

  @Test
  void aMissingWidthIsUnknown() {
    assertThat(Terminal.columns(Map.of())).isEmpty();
  }
}
