package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalNumberTest {

  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2",
  })
  void numbersOfRFC8785AppendixBAreWrittenAsItSays(String bits, String text) {
    assertThat(written(Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16)))).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void numbersOfTheSpecificationAreWrittenAndReadAsItSays(JsonNode row) {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(row.get("ieee").asText(), 16));
    String text = row.get("text").asText();
    assertThat(written(value)).isEqualTo(text);
    assertThat(JsonAgreement.check(Texts.utf8("[" + text + "]")))
        .isEqualTo(row.get("json").asBoolean());
    if (row.get("json").asBoolean()) {
      assertThat(StrictJson.parse(Texts.utf8(text))).isEqualTo(new JsonNumber(value));
    } else {
      assertThatThrownBy(() -> StrictJson.parse(Texts.utf8(text)))
          .isInstanceOf(JsonException.class)
          .hasMessageStartingWith("NUMBER_RANGE at byte 0");
      assertThatThrownBy(() -> CanonicalJson.write(new JsonNumber(value)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  static List<JsonNode> vectors() {
    return SpecVectors.rows(SpecVectors.read("numbers"));
  }

  @Test
  void neitherInfinityNorNaNIsWritten() {
    for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1 / 0.0}) {
      assertThatThrownBy(() -> new CanonicalWriter(8).number(value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a finite number");
    }
  }

  @Property(tries = 20_000)
  void aWrittenNumberReadsBackAsItself(@ForAll("doubles") double value) {
    assertThat(Double.parseDouble(written(value))).isEqualTo(value);
  }

  @Property(tries = 5_000)
  void noShorterDecimalReadsBackAndNoneAsShortIsCloser(@ForAll("doubles") double value) {
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      return;
    }
    var exact = new BigDecimal(magnitude);
    BigDecimal ours = new BigDecimal(written(magnitude)).stripTrailingZeros();
    int digits = ours.precision();
    assertThat(nearest(exact, digits - 1, magnitude)).as("with a digit less").isNull();
    BigDecimal best = Objects.requireNonNull(nearest(exact, digits, magnitude));
    assertThat(ours.subtract(exact).abs()).isLessThanOrEqualTo(best.subtract(exact).abs());
  }

  @Property(tries = 2_000)
  void subnormalsAndPowersOfTwoFollowTheSameRule(@ForAll("edges") double value) {
    noShorterDecimalReadsBackAndNoneAsShortIsCloser(value);
    aWrittenNumberReadsBackAsItself(value);
  }

  @Test
  void theLogarithmsAreExactForEveryExponentOfADouble() {
    for (int q = -1074; q <= 971; q++) {
      assertThat(ShortestDecimal.floorLog10Pow2(q)).isEqualTo(floorLog10(q, 1, 1));
      assertThat(ShortestDecimal.floorLog10ThreeQuartersPow2(q)).isEqualTo(floorLog10(q, 3, 4));
    }
    for (int e = -292; e <= 324; e++) {
      BigInteger ten = BigInteger.TEN.pow(Math.abs(e));
      int log = e >= 0 ? ten.bitLength() - 1 : -ten.subtract(BigInteger.ONE).bitLength();
      assertThat(ShortestDecimal.floorLog2Pow10(e)).isEqualTo(log);
    }
  }

  /** The decimal of so many digits that is nearest, or null if it is another double's. */
  private static @Nullable BigDecimal nearest(BigDecimal exact, int digits, double value) {
    if (digits == 0) {
      return null;
    }
    BigDecimal half = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    BigDecimal other = exact.round(new MathContext(digits, RoundingMode.UP));
    if (half.doubleValue() == value) {
      return half;
    }
    return other.doubleValue() == value ? other : null;
  }

  private static int floorLog10(int q, int numerator, int denominator) {
    BigDecimal power =
        q >= 0
            ? new BigDecimal(BigInteger.TWO.pow(q))
            : new BigDecimal(BigInteger.valueOf(5).pow(-q)).scaleByPowerOfTen(q);
    BigDecimal value =
        power.multiply(BigDecimal.valueOf(numerator)).divide(BigDecimal.valueOf(denominator));
    return value.precision() - value.scale() - 1;
  }

  private static String written(double value) {
    return new String(new CanonicalWriter(8).number(value).toBytes(), US_ASCII);
  }

  @Provide
  Arbitrary<Double> doubles() {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite),
        Arbitraries.doubles().between(-1e22, 1e22),
        Arbitraries.integers().between(-9999, 9999).map(i -> i / 100.0));
  }

  @Provide
  Arbitrary<Double> edges() {
    Arbitrary<Double> subnormal =
        Arbitraries.longs().between(1, 4096).map(Double::longBitsToDouble);
    Arbitrary<Double> nearPower =
        Arbitraries.integers()
            .between(1, 2046)
            .flatMap(
                biased ->
                    Arbitraries.longs()
                        .between(-2, 2)
                        .map(near -> Double.longBitsToDouble(((long) biased << 52) + near)));
    return Arbitraries.oneOf(subnormal, nearPower);
  }
}
