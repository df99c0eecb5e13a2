package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  @Test
  void theSampleOfRFC8785IsWrittenAsItSays() {
    String sample =
        "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
            + "\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
            + "\"literals\":[null,true,false]}";
    assertThat(canonical(sample))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void documentsOfTheSpecificationAreWrittenAsItSays(JsonNode row) {
    String expected = row.get("canonical").asText();
    assertThat(canonical(new String(SpecVectors.input(row), UTF_8))).isEqualTo(expected);
    assertThat(canonical(expected)).isEqualTo(expected);
    JsonAgreement.check(SpecVectors.input(row));
    JsonAgreement.check(Texts.utf8(expected));
  }

  static List<JsonNode> vectors() {
    return SpecVectors.rows(SpecVectors.read("canonical"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00", "\udc00\ud800", "\ud800\ud800\udc00"})
  void aLoneSurrogateIsNotWritten(String text) {
    assertThatThrownBy(() -> CanonicalJson.write(new JsonString(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a surrogate pair");
    assertThatThrownBy(() -> CanonicalJson.write(JsonObject.builder().put(text, 1).build()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aValueDeeperThanAnyReaderTakesIsNotWritten() {
    JsonValue value = JsonNull.INSTANCE;
    for (int i = 0; i <= JsonLimits.DEPTH_LIMIT_MAX; i++) {
      value = new JsonArray(List.of(value));
    }
    JsonValue tooDeep = value;
    assertThatThrownBy(() -> CanonicalJson.write(tooDeep))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stringsLongerThanTheBufferAreWrittenWhole() {
    String text = "é\u0001😀\"a".repeat(1_000);
    assertThat(StrictJson.parse(CanonicalJson.write(new JsonString(text))))
        .isEqualTo(new JsonString(text));
  }

  @Test
  void aTextThatIsCanonicalAlreadyIsNotCopied() {
    byte[] text = Texts.utf8("{\"a\":[1,2.5,\"é\\n\"],\"b\":{}}");
    assertThat(CanonicalJson.canonicalize(text, JsonLimits.DEFAULT)).isSameAs(text);
    assertThat(CanonicalJson.isCanonical(text, JsonLimits.DEFAULT)).isTrue();
    byte[] spaced = Texts.utf8("{\"a\": 1}");
    assertThat(CanonicalJson.isCanonical(spaced, JsonLimits.DEFAULT)).isFalse();
    assertThat(CanonicalJson.canonicalize(spaced, JsonLimits.DEFAULT))
        .isEqualTo(Texts.utf8("{\"a\":1}"));
  }

  @Test
  void limitsHoldForTextThatIsCanonicalAndForTextThatIsNot() {
    var limits = new JsonLimits(6, 1);
    for (String text : List.of("[[12]]", "[ [] ]")) {
      assertThatThrownBy(() -> CanonicalJson.canonicalize(Texts.utf8(text), limits))
          .isInstanceOf(JsonException.class)
          .hasMessageContaining("TOO_DEEP");
    }
    for (String text : List.of("[12345]", "[ 1234]")) {
      assertThatThrownBy(() -> CanonicalJson.canonicalize(Texts.utf8(text), limits))
          .isInstanceOf(JsonException.class)
          .hasMessage("TOO_LARGE at byte 6: expected at most 6 bytes, got 7");
    }
  }

  private static String canonical(String text) {
    return new String(CanonicalJson.write(StrictJson.parse(Texts.utf8(text))), UTF_8);
  }
}
