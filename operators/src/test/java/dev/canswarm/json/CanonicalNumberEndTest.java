package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A canonical number is recognised from its digits, and the bytes after it are not read. */
class CanonicalNumberEndTest {
  private static int end(String text, int start) {
    return CanonicalNumber.end(text.getBytes(StandardCharsets.US_ASCII), start);
  }

  private static void assertCanonical(String number) {
    assertThat(end(number, 0)).as(number).isEqualTo(number.length());
    assertThat(end("[" + number + ",1]", 1)).as(number).isEqualTo(number.length() + 1);
  }

  private static void assertNotCanonical(String... numbers) {
    for (String number : numbers) {
      assertThat(end(number, 0)).as(number).isEqualTo(CanonicalNumber.NOT_CANONICAL);
      assertThat(end("[" + number + "]", 1)).as(number).isEqualTo(CanonicalNumber.NOT_CANONICAL);
    }
  }

  @Property
  void whatIsWrittenIsRecognisedAsIsNoOtherSpellingOfIt(@ForAll double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return;
    }
    String written =
        new String(new CanonicalWriter(32).number(value).toBytes(), StandardCharsets.US_ASCII);
    boolean isUnsafe =
        !written.contains(".")
            && !written.contains("e")
            && Math.abs(value) > JsonNumber.SAFE_INTEGER_MAX;
    if (isUnsafe) {
      assertNotCanonical(written);
    } else {
      assertCanonical(written);
    }
    boolean isNegative = written.startsWith("-");
    assertNotCanonical(isNegative ? "-0" + written.substring(1) : "0" + written);
    if (!written.contains("e")) {
      assertNotCanonical(written + "e0", written + "e+0");
    }
  }

  @Example
  void integersAreSafeAndWithoutLeadingZeros() {
    assertCanonical("0");
    assertCanonical("-1");
    assertCanonical("9007199254740991");
    assertCanonical("-9007199254740991");
    assertNotCanonical("-0", "00", "01", "-01", "9007199254740992", "-9007199254740992");
    assertNotCanonical("10000000000000000", "99999999999999999999");
  }

  @Example
  void fractionsAreAsShortAsTheyCanBe() {
    assertCanonical("0.1");
    assertCanonical("-123.456");
    assertCanonical("0.000001");
    assertCanonical("1.2345678901234567");
    assertNotCanonical("1.0", "0.10", "1.", "0.0000001", "-0.0", "0.00");
    assertNotCanonical("0.1000000000000000055", "1.23456789012345671");
  }

  @Example
  void exponentsStandWhereTheyMust() {
    assertCanonical("1e+21");
    assertCanonical("1e-7");
    assertCanonical("1.5e+300");
    assertCanonical("5e-324");
    assertNotCanonical("1E+21", "1e21", "1e5", "1e+20", "1e-6", "1.0e+21", "1e", "1e+", "1e+400");
  }

  @Example
  void anInvalidNumberIsNotCanonical() {
    assertNotCanonical("-", "-a", ".5", "+1", "a");
  }
}
