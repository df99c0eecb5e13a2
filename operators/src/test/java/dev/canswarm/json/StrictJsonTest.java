package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final Duration LINEAR_TIME = Duration.ofSeconds(5);

  @ParameterizedTest
  @MethodSource("refused")
  void malformedInputIsRefusedWithItsProblemAndOffset(JsonNode row) {
    var refusal =
        catchThrowableOfType(JsonException.class, () -> StrictJson.parse(SpecVectors.input(row)));
    assertThat(refusal).isNotNull();
    assertThat(refusal.problem()).hasToString(row.get("problem").asText());
    assertThat(refusal.offset()).isEqualTo(row.get("offset").asInt());
    assertThat(refusal)
        .hasMessageStartingWith(refusal.problem() + " at byte " + refusal.offset() + ": expected");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void bytesAreRefusedAlikeWithoutATree(JsonNode row) {
    assertThat(JsonAgreement.check(SpecVectors.input(row))).isFalse();
  }

  @ParameterizedTest
  @MethodSource("limited")
  void theSizeIsLookedAtBeforeEverythingElse(JsonNode row) {
    var limits = new JsonLimits(row.get("bytes_max").asInt(), JsonLimits.DEFAULT.depthMax());
    assertThatThrownBy(() -> StrictJson.parse(SpecVectors.input(row), limits))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith(
            row.get("problem").asText() + " at byte " + row.get("offset").asText() + ": expected");
  }

  static List<JsonNode> limited() {
    return SpecVectors.rows(SpecVectors.read("limited-json"));
  }

  static List<JsonNode> refused() {
    return SpecVectors.rows(SpecVectors.read("refused-json"));
  }

  @Test
  void everyKindOfValueIsRead() {
    assertThat(parse("{\"a\":[1,-2.5e1,\"x\",true,false,null,{}]}"))
        .isEqualTo(
            JsonObject.builder()
                .put(
                    "a",
                    new JsonArray(
                        List.of(
                            new JsonNumber(1),
                            new JsonNumber(-25),
                            new JsonString("x"),
                            new JsonBoolean(true),
                            new JsonBoolean(false),
                            JsonNull.INSTANCE,
                            JsonObject.empty())))
                .build());
  }

  @Test
  void anotherValueWhereAnObjectIsAskedForIsRefusedAtItsStart() {
    assertThat(StrictJson.parseObject(Texts.utf8(" {} "))).isEqualTo(JsonObject.empty());
    assertThatThrownBy(() -> StrictJson.parseObject(Texts.utf8("  []")))
        .isInstanceOf(JsonException.class)
        .hasMessage("SYNTAX at byte 2: expected an object, got another value");
  }

  @Test
  void inputPastTheLimitsIsRefused() {
    var limits = new JsonLimits(4, 1);
    assertThat(StrictJson.parse(Texts.utf8("[12]"), limits)).isInstanceOf(JsonArray.class);
    assertThatThrownBy(() -> StrictJson.parse(Texts.utf8("[123]"), limits))
        .hasMessage("TOO_LARGE at byte 4: expected at most 4 bytes, got 5");
    assertThatThrownBy(() -> StrictJson.parse(Texts.utf8("[[]]"), limits))
        .hasMessage("TOO_DEEP at byte 1: expected at most 1 levels, got more");
  }

  @Test
  void limitsThatWouldOverflowTheStackCannotBeSet() {
    assertThatThrownBy(() -> new JsonLimits(1, JsonLimits.DEPTH_LIMIT_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JsonLimits(0, 1)).isInstanceOf(IllegalArgumentException.class);
    var deepest = new JsonLimits(10_000, JsonLimits.DEPTH_LIMIT_MAX);
    String text = "[".repeat(JsonLimits.DEPTH_LIMIT_MAX) + "]".repeat(JsonLimits.DEPTH_LIMIT_MAX);
    JsonValue value = StrictJson.parse(Texts.utf8(text), deepest);
    assertThat(CanonicalJson.write(value)).isEqualTo(Texts.utf8(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "\"", "1", "0.", "1e", "[1,", " ", "\\", "[[],"})
  void aMillionOfAnythingIsReadOrRefusedInLinearTime(String unit) {
    byte[] text = Texts.utf8(unit.repeat(1_000_000));
    Assertions.assertTimeout(
        LINEAR_TIME,
        () -> assertThatThrownBy(() -> StrictJson.parse(text)).isInstanceOf(JsonException.class));
  }

  @Test
  void numbersOfAMillionDigitsAreReadInLinearTime() {
    String zeros = "0".repeat(1_000_000);
    Assertions.assertTimeout(
        LINEAR_TIME,
        () -> {
          assertThat(parse("0." + zeros + "1e1000001")).isEqualTo(new JsonNumber(1));
          assertThat(parse("1" + zeros + "e-1000000")).isEqualTo(new JsonNumber(1));
          assertThat(parse("0." + "3".repeat(1_000_000))).isEqualTo(new JsonNumber(1 / 3.0));
          assertThat(parse("1e-" + "9".repeat(1_000_000))).isEqualTo(new JsonNumber(0));
          assertThat(parse("0." + zeros + "1")).isEqualTo(new JsonNumber(0));
        });
  }

  @Test
  void aHundredThousandMembersAreReadInNearLinearTime() {
    var text = new StringBuilder("{\"\":0");
    // Names of one hash code: a hash map without care for it would compare them all.
    for (int i = 0; i < 1 << 17; i++) {
      text.append(",\"");
      for (int bit = 0; bit < 17; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      text.append("\":0");
    }
    byte[] input = Texts.utf8(text.append('}').toString());
    Assertions.assertTimeout(
        LINEAR_TIME,
        () -> assertThat(StrictJson.parseObject(input).members()).hasSize((1 << 17) + 1));
  }

  @Test
  void roundingIsDecidedByTheLastOfVeryManyDigits() {
    // Half way between 1 and the next double, which goes to the even 1; any more goes up.
    String half =
        new BigDecimal(Math.nextUp(1.0))
            .add(BigDecimal.ONE)
            .divide(BigDecimal.valueOf(2))
            .toPlainString();
    String zeros = "0".repeat(5_000);
    assertThat(parse(half + zeros)).isEqualTo(new JsonNumber(1));
    assertThat(parse(half + zeros + "1")).isEqualTo(new JsonNumber(Math.nextUp(1.0)));
  }

  @Test
  void namesOfAnObjectAreInTheCanonicalOrderForEveryMap() {
    var reversed = new TreeMap<String, JsonValue>(Comparator.<String>reverseOrder());
    reversed.put("a", JsonNull.INSTANCE);
    reversed.put("b", JsonNull.INSTANCE);
    assertThat(CanonicalJson.write(new JsonObject(reversed)))
        .isEqualTo(Texts.utf8("{\"a\":null,\"b\":null}"));
  }

  @Test
  void everyPrefixOfATextIsRefusedAsCutShort() {
    byte[] text = Texts.utf8("{\"a\":[1.5e3,\"\\u00e9\u00e9\\ud83d\\ude00\",true],\"b\":{}}");
    for (int length = 0; length < text.length; length++) {
      byte[] prefix = Arrays.copyOf(text, length);
      assertThatThrownBy(() -> StrictJson.parse(prefix))
          .as("%d bytes", length)
          .isInstanceOfSatisfying(
              JsonException.class, e -> assertThat(e.offset()).isLessThanOrEqualTo(prefix.length));
    }
  }

  private static JsonValue parse(String text) {
    return StrictJson.parse(Texts.utf8(text));
  }
}
