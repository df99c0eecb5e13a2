package dev.canswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpColumnsTest {
  @ParameterizedTest
  @CsvSource({"120,120", "55,55", "54,55", "1,55", "9999,9999"})
  void theTerminalsWidthIsUsedButNoLessThanPicocliNeeds(String columns, int width) {
    assertThat(HelpColumns.of(Map.of("COLUMNS", columns))).isEqualTo(width);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-90", "090", "10000", "99999999999", "wide", " 90", "٩٠"})
  void whatIsNoWidthCountsAsUnknown(String columns) {
    assertThat(HelpColumns.of(Map.of("COLUMNS", columns))).isEqualTo(80);
  }

  @Test
  void withoutATerminalTheWidthIsEightyColumns() {
    assertThat(HelpColumns.of(Map.of())).isEqualTo(80);
  }
}
