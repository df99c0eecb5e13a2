package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.json.JsonException.Problem;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTokensTest {
  @Property(tries = 500)
  void aStringIsReadBackHoweverItsCharactersAreEscaped(
      @ForAll @From("texts") String text, @ForAll boolean escaped) {
    String literal = '"' + (escaped ? escapedAll(text) : escapedRequired(text)) + '"';
    JsonTokens tokens = tokens(literal + " ");

    assertThat(tokens.string()).isEqualTo(text);
    tokens.end();
    assertThat(tokens.at).isEqualTo(literal.getBytes(UTF_8).length + 1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"a`, TRUNCATED, 2",
        "`\"\\`, TRUNCATED, 2",
        "`\"\\x\"`, SYNTAX, 2",
        "`\"\\u12`, TRUNCATED, 5",
        "`\"\\u12g4\"`, SYNTAX, 5",
        "`\"\\ud800\"`, LONE_SURROGATE, 1",
        "`\"\\udc00\"`, LONE_SURROGATE, 1",
        "`\"\\ud800\\u0041\"`, LONE_SURROGATE, 1",
        "`\"a\tb\"`, SYNTAX, 2"
      })
  void refusesOtherStringsWithTheirPlace(String text, Problem problem, int offset) {
    JsonException refused = catchThrowableOfType(JsonException.class, () -> tokens(text).string());

    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(refused.offset()).isEqualTo(offset);
  }

  @Test
  void peekingSkipsWhiteSpaceAndTakesNothing() {
    JsonTokens tokens = tokens(" \n\t\r true");

    assertThat(tokens.peek("a value")).isEqualTo('t');
    assertThat(tokens.peek("a value")).isEqualTo('t');
    tokens.literal("true");
    tokens.end();
  }

  @Test
  void aLiteralMustMatchWholly() {
    assertThat(problem(() -> tokens("trub").literal("true"))).isEqualTo(Problem.SYNTAX);
    assertThat(problem(() -> tokens("tru").literal("true"))).isEqualTo(Problem.TRUNCATED);
  }

  @Test
  void nothingMayFollowTheEnd() {
    assertThat(problem(() -> tokens(" x").end())).isEqualTo(Problem.TRAILING_BYTES);
    assertThat(problem(() -> tokens("  ").peek("a value"))).isEqualTo(Problem.TRUNCATED);
  }

  @Test
  void sizeDepthAndAByteOrderMarkAreRefused() {
    JsonLimits limits = new JsonLimits(3, 1);

    assertThat(problem(() -> new JsonTokens(new byte[4], limits))).isEqualTo(Problem.TOO_LARGE);
    assertThat(problem(() -> new JsonTokens(new byte[3], limits).enter(2)))
        .isEqualTo(Problem.TOO_DEEP);
    assertThat(problem(() -> tokens("\ufeff1"))).isEqualTo(Problem.BAD_UTF8);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Integer> codePoints =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, Arbitraries.integers().between(0x00, 0x7f)),
            net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(0x80, 0xd7ff)),
            net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0x10000, 0x10ffff)));
    return codePoints
        .list()
        .ofMaxSize(20)
        .map(
            all -> {
              StringBuilder text = new StringBuilder();
              all.forEach(text::appendCodePoint);
              return text.toString();
            });
  }

  private static String escapedAll(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      out.append(String.format("\\u%04X", (int) c));
    }
    return out.toString();
  }

  private static String escapedRequired(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c < 0x20 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    return out.toString();
  }

  private static Problem problem(ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(JsonException.class, call).problem();
  }

  private static JsonTokens tokens(String text) {
    return new JsonTokens(text.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT);
  }
}
