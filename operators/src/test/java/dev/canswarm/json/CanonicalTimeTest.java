package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Input made to be slow. A quadratic step would take far longer; the bound is for slow machines.
 */
class CanonicalTimeTest {
  private static final Duration NEAR_LINEAR_TIME = Duration.ofSeconds(10);
  private static final JsonLimits LIMITS = new JsonLimits(16 << 20, JsonLimits.DEPTH_LIMIT_MAX);

  @Test
  void namesOfOneHashCodeInReverseOrder() {
    rewrites(object(1 << 17, i -> sameHash((1 << 17) - 1 - i)));
  }

  @Test
  void namesThatDifferAfterHundredsOfEscapes() {
    String prefix = "\\u0001\\\\".repeat(50);
    rewrites(object(20_000, i -> prefix + (90_000 - i)));
  }

  @Test
  void oneNameAgainAndAgain() {
    refuses(object(200_000, i -> "a"), "DUPLICATE_NAME at byte 7:");
    String list = "[" + object(2, i -> "a") + ",0".repeat(500_000) + "]";
    refuses(list, "DUPLICATE_NAME at byte 8:");
  }

  @Test
  void aNameThatComesAgainAtTheVeryEnd() {
    refuses(object(100_000, i -> i == 99_999 ? "n0" : "n" + i), "DUPLICATE_NAME");
  }

  @Test
  void objectsOutOfOrderWithinEachOther() {
    int levels = LIMITS.depthMax();
    String filler = "x".repeat(10_000);
    String text = ("{\"b\":\"" + filler + "\",\"a\":").repeat(levels) + "0" + "}".repeat(levels);
    rewrites(text);
    assertThat(Rewriter.rewrite(Texts.utf8(text), LIMITS)).as("left to the tree").isNull();
  }

  @Test
  void aMillionEscapes() {
    rewrites("\"" + "\\u0061\\/\\ud83d\\ude00".repeat(500_000) + "\"");
    refuses("\"" + "\\u0061".repeat(1_000_000) + "\\ud83d\"", "LONE_SURROGATE at byte 6000001:");
  }

  @Test
  void numbersThatGetLongerAndNumbersOfAMillionDigits() {
    rewrites("[" + "1e15,".repeat(500_000) + "0]");
    rewrites("[0." + "3".repeat(1_000_000) + "]");
    refuses("[" + "9".repeat(1_000_000) + "]", "NUMBER_RANGE at byte 1:");
  }

  @Test
  void aMillionOpenBrackets() {
    refuses("[".repeat(1_000_000), "TOO_DEEP at byte 512:");
    refuses("{\"a\":".repeat(1_000_000), "TOO_DEEP at byte 2560:");
  }

  private static void rewrites(String text) {
    byte[] input = Texts.utf8(text);
    byte[] canonical =
        Assertions.assertTimeout(NEAR_LINEAR_TIME, () -> CanonicalJson.canonicalize(input, LIMITS));
    assertThat(canonical).isNotSameAs(input);
    Assertions.assertTimeout(
        NEAR_LINEAR_TIME, () -> assertThat(CanonicalJson.isCanonical(canonical, LIMITS)).isTrue());
  }

  private static void refuses(String text, String message) {
    byte[] input = Texts.utf8(text);
    Assertions.assertTimeout(
        NEAR_LINEAR_TIME,
        () ->
            assertThatThrownBy(() -> CanonicalJson.canonicalize(input, LIMITS))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith(message));
  }

  private static String object(int members, IntFunction<String> name) {
    return IntStream.range(0, members)
        .mapToObj(i -> "\"" + name.apply(i) + "\":0")
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** "Aa" and "BB" have one hash code, and so has every sequence of them of one length. */
  private static String sameHash(int i) {
    var name = new StringBuilder();
    for (int bit = 16; bit >= 0; bit--) {
      name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return name.toString();
  }
}
