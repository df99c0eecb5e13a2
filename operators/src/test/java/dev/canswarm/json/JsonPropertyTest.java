package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonPropertyTest {
  private final ObjectMapper jackson =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Property(tries = 3_000)
  void whatIsWrittenReadsBackAsTheSameValue(@ForAll("values") JsonValue value) {
    assertThat(StrictJson.parse(CanonicalJson.write(value))).isEqualTo(value);
  }

  @Property(tries = 1_000)
  void theCanonicalFormIsTheSameForEverySpelling(
      @ForAll("values") JsonValue value, @ForAll long seed) {
    byte[] canonical = CanonicalJson.write(value);
    byte[] spelled = new Spelling(new Random(seed)).of(value).getBytes(UTF_8);
    assertThat(CanonicalJson.write(StrictJson.parse(spelled))).isEqualTo(canonical);
  }

  @Property(tries = 1_000)
  void anotherReaderSeesTheSameValue(@ForAll("values") JsonValue value) throws IOException {
    assertSame(jackson.readTree(CanonicalJson.write(value)), value);
  }

  @Property(tries = 5_000)
  void aNumberReadsAsThePlatformReadsIt(@ForAll("numberTexts") String text) {
    double expected = Double.parseDouble(text);
    double magnitude = Math.abs(expected);
    boolean carried =
        Double.isFinite(expected)
            && (magnitude <= JsonNumber.SAFE_INTEGER_MAX || magnitude >= 1e21);
    try {
      assertThat(StrictJson.parse(text.getBytes(UTF_8))).isEqualTo(new JsonNumber(expected));
      assertThat(carried).isTrue();
    } catch (JsonException e) {
      assertThat(e.problem()).isEqualTo(JsonException.Problem.NUMBER_RANGE);
      assertThat(carried).isFalse();
    }
  }

  @Property(tries = 20_000)
  void changedBytesAreRefusedOrMeanWhatAnotherReaderSees(
      @ForAll("values") JsonValue value, @ForAll long seed) throws IOException {
    byte[] mutated = mutate(CanonicalJson.write(value), new Random(seed));
    JsonValue read;
    try {
      read = StrictJson.parse(mutated);
    } catch (JsonException e) {
      assertThat(e.offset()).isBetween(0, mutated.length);
      return;
    }
    assertSame(jackson.readTree(mutated), read);
    assertThat(StrictJson.parse(CanonicalJson.write(read))).isEqualTo(read);
  }

  /** One to three bytes replaced, removed, doubled or put in, of those that mean something. */
  static byte[] mutate(byte[] bytes, Random random) {
    byte[] telling = "{}[]\",:\\/0123456789eE+-.tfnu \t\n\u0000\u007fé\ud83d\ude00".getBytes(UTF_8);
    var out = new ArrayList<Byte>();
    for (byte b : bytes) {
      out.add(b);
    }
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(out.size() + 1);
      byte b =
          random.nextInt(4) == 0
              ? (byte) random.nextInt(256)
              : telling[random.nextInt(telling.length)];
      int action = random.nextInt(3);
      if (action == 0 || at == out.size()) {
        out.add(at, b);
      } else if (action == 1) {
        out.remove(at);
      } else {
        out.set(at, b);
      }
    }
    var mutated = new byte[out.size()];
    for (int i = 0; i < mutated.length; i++) {
      mutated[i] = out.get(i);
    }
    return mutated;
  }

  private static void assertSame(JsonNode theirs, JsonValue ours) {
    if (ours instanceof JsonObject object) {
      assertThat(theirs.isObject()).isTrue();
      assertThat(theirs.size()).isEqualTo(object.members().size());
      object.members().forEach((name, member) -> assertSame(theirs.get(name), member));
    } else if (ours instanceof JsonArray array) {
      assertThat(theirs.size()).isEqualTo(array.elements().size());
      for (int i = 0; i < theirs.size(); i++) {
        assertSame(theirs.get(i), array.elements().get(i));
      }
    } else if (ours instanceof JsonString string) {
      assertThat(theirs.isTextual()).isTrue();
      assertThat(theirs.textValue()).isEqualTo(string.value());
    } else if (ours instanceof JsonNumber number) {
      assertThat(theirs.isNumber()).isTrue();
      assertThat(theirs.doubleValue() + 0.0).isEqualTo(number.value());
    } else if (ours instanceof JsonBoolean flag) {
      assertThat(theirs.isBoolean()).isTrue();
      assertThat(theirs.booleanValue()).isEqualTo(flag.value());
    } else {
      assertThat(theirs.isNull()).isTrue();
    }
  }

  @Provide
  Arbitrary<JsonValue> values() {
    return Texts.values();
  }

  @Provide
  Arbitrary<String> numberTexts() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(30);
    Arbitrary<String> whole =
        Arbitraries.oneOf(Arbitraries.just("0"), digits.filter(text -> !text.startsWith("0")));
    Arbitrary<String> fraction = Arbitraries.oneOf(Arbitraries.just(""), digits.map("."::concat));
    Arbitrary<String> exponent =
        Arbitraries.oneOf(
            Arbitraries.just(""),
            Arbitraries.integers().between(-345, 312).map(e -> "e" + e),
            Arbitraries.integers().between(0, 30).map(e -> "E+" + e));
    return net.jqwik.api.Combinators.combine(Arbitraries.of("", "-"), whole, fraction, exponent)
        .as((sign, w, f, e) -> sign + w + f + e);
  }
}
