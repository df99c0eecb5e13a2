package dev.canswarm.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberFormatsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1.00",
    "9.994, 9.99",
    "9.996, 10.0",
    "99.94, 99.9",
    "99.96, 100",
    "999.4, 999",
    "999.6, 1.00 k",
    "26_100, 26.1 k",
    "999_400, 999 k",
    "999_600, 1.00 M",
    "4_200_000, 4.20 M"
  })
  void aRateHasThreeDigitsAlsoWhereRoundingAddsOne(String perSecond, String text) {
    assertThat(NumberFormats.rate(number(perSecond))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"951, 951 ns", "9.996, 10.0 ns", "999.6, 1.00 µs", "38_210, 38.2 µs"})
  void aTimeHasThreeDigitsAlsoWhereRoundingAddsOne(String nanos, String text) {
    assertThat(NumberFormats.nanos(number(nanos))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.001, 0.001",
    "0.1, 0.1",
    "1, 1",
    "10, 10",
    "1_000, 1 k",
    "100_000, 100 k",
    "1_000_000, 1 M",
    "1_000_000_000, 1000 M"
  })
  void aPowerOfTenIsALabelOfAnAxis(String value, String text) {
    assertThat(NumberFormats.decade(number(value))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0", "-10", "2", "999", "1_001", "NaN"})
  void anotherNumberIsNoLabel(String value) {
    assertThat(NumberFormats.decade(number(value))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"128, 128 B", "1024, 1 KiB", "1536, 1536 B", "65536, 64 KiB", "524288, 512 KiB"})
  void sizesOfWholeKibibytesAreInThem(int bytes, String text) {
    assertThat(NumberFormats.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "0.75, 0.75", "3.5, 3.5", "-2, -2"})
  void anIntegerHasNoDecimalPoint(double value, String text) {
    assertThat(NumberFormats.plain(value)).isEqualTo(text);
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("_", ""));
  }
}
