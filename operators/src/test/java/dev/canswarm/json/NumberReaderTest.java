package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.json.JsonException.Problem;
import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberReaderTest {
  private final NumberReader reader = new NumberReader();

  @Property(tries = 1_000)
  void everyDoubleThatIsWrittenIsReadBack(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    Assume.that(Double.isFinite(value) && isAllowed(value));

    assertThat(read(Double.toString(value))).isEqualTo(value == 0 ? 0.0 : value);
  }

  @Property(tries = 1_000)
  void digitsAreRoundedToTheNearestDouble(@ForAll Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    text.append(1 + random.nextInt(9));
    digits(random, text, random.nextInt(15));
    text.append('.');
    digits(random, text, 1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 25));
    if (random.nextBoolean()) {
      text.append('e').append(random.nextInt(40) - 60);
    }
    double nearest = new BigDecimal(text.toString()).doubleValue();
    Assume.that(isAllowed(nearest));

    assertThat(read(text.toString())).isEqualTo(nearest);
  }

  @Example
  void readsFromAnOffsetAndReturnsTheOneBehindTheNumber() {
    assertThat(reader.read("[12.5e1,7]".getBytes(US_ASCII), 1)).isEqualTo(7);
    assertThat(reader.value()).isEqualTo(125);
  }

  @Example
  void aNegativeZeroIsZero() {
    assertThat(Double.doubleToLongBits(read("-0.0"))).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "01, SYNTAX, 1",
    "-, TRUNCATED, 1",
    "1., TRUNCATED, 2",
    "1.x, SYNTAX, 2",
    "1e, TRUNCATED, 2",
    "1e+, TRUNCATED, 3",
    "1e400, NUMBER_RANGE, 0",
    "9007199254740992, NUMBER_RANGE, 0",
    "-1e20, NUMBER_RANGE, 0"
  })
  void refusesEverythingElseWithItsPlace(String text, Problem problem, int offset) {
    JsonException refused = catchThrowableOfType(JsonException.class, () -> read(text));

    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(refused.offset()).isEqualTo(offset);
  }

  @Example
  void theLimitsOfThePlainDigitsAreAllowed() {
    assertThat(read("9007199254740991")).isEqualTo(JsonNumber.SAFE_INTEGER_MAX);
    assertThat(read("1e21")).isEqualTo(1e21);
  }

  private double read(String text) {
    int end = reader.read(text.getBytes(US_ASCII), 0);
    assertThat(end).isEqualTo(text.length());
    return reader.value();
  }

  private static void digits(Random random, StringBuilder text, int count) {
    for (int i = 0; i < count; i++) {
      text.append(random.nextInt(10));
    }
  }

  private static boolean isAllowed(double value) {
    double magnitude = Math.abs(value);
    return magnitude <= JsonNumber.SAFE_INTEGER_MAX || magnitude >= NumberReader.PLAIN_DIGITS_END;
  }
}
