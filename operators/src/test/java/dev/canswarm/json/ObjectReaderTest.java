package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ObjectReaderTest {
  private final ObjectReader reader =
      new ObjectReader(
          StrictJson.parseObject(
              Texts.utf8(
                  "{\"s\":\"x\",\"i\":7,\"f\":1.5,\"b\":true,\"n\":null,\"o\":{\"deep\":1},"
                      + "\"l\":[\"a\",\"b\"],\"is\":[1,2],\"os\":[{\"x\":1},{}],\"big\":1e30}")),
          "payload");

  @Test
  void membersOfTheRightTypeAreHandedOut() {
    assertThat(reader.requiredString("s")).isEqualTo("x");
    assertThat(reader.optionalString("none")).isNull();
    assertThat(reader.requiredSafeInteger("i", 7, 7)).isEqualTo(7);
    assertThat(reader.optionalSafeInteger("i", 0, 9)).isEqualTo(7L);
    assertThat(reader.optionalSafeInteger("none", 0, 9)).isNull();
    assertThat(reader.optionalBoolean("b")).isTrue();
    assertThat(reader.optionalBoolean("none")).isNull();
    assertThat(reader.requiredObject("o").members()).hasSize(1);
    assertThat(reader.optionalObject("none")).isNull();
    assertThat(reader.requiredReader("o").requiredSafeInteger("deep", 1, 1)).isEqualTo(1);
    assertThat(reader.requiredStringList("l")).containsExactly("a", "b");
    assertThat(reader.optionalStringList("none")).isEmpty();
    assertThat(reader.requiredSafeIntegerList("is", 1, 2)).containsExactly(1L, 2L);
    assertThat(reader.requiredList("is")).hasSize(2);
    assertThat(reader.optionalList("none")).isNull();
    assertThat(reader.requiredReaderList("os")).hasSize(2);
    assertThat(reader.required("n")).isEqualTo(JsonNull.INSTANCE);
    assertThat(reader.optional("none")).isNull();
    assertThat(reader.has("s")).isTrue();
    assertThat(reader.has("none")).isFalse();
  }

  @Test
  void membersOfAnotherTypeAreRefusedWithPlaceExpectedAndActual() {
    refuses(() -> reader.requiredString("none"), "payload/none", "a string", "nothing");
    refuses(() -> reader.requiredString("i"), "payload/i", "a string", "7");
    refuses(() -> reader.optionalString("n"), "payload/n", "a string", "null");
    refuses(
        () -> reader.requiredSafeInteger("i", 8, 9), "payload/i", "an integer from 8 to 9", "7");
    refuses(
        () -> reader.requiredSafeInteger("f", 0, 9), "payload/f", "an integer from 0 to 9", "1.5");
    refuses(
        () -> reader.requiredSafeInteger("big", 0, 9),
        "payload/big",
        "an integer from 0 to 9",
        "1e+30");
    refuses(() -> reader.optionalBoolean("s"), "payload/s", "a boolean", "\"x\"");
    refuses(() -> reader.requiredObject("l"), "payload/l", "an object", "an array of 2");
    refuses(() -> reader.requiredList("o"), "payload/o", "an array", "an object of 1 members");
    refuses(() -> reader.requiredStringList("is"), "payload/is/0", "a string", "1");
    refuses(() -> reader.requiredReaderList("l"), "payload/l/0", "an object", "\"a\"");
    refuses(
        () -> reader.requiredReader("o").requiredString("deep"), "payload/o/deep", "a string", "1");
    refuses(
        () -> reader.requiredReaderList("os").get(1).requiredString("x"),
        "payload/os/1/x",
        "a string",
        "nothing");
  }

  @Test
  void membersThatNobodyAskedForAreRefused() {
    var small = new ObjectReader(JsonObject.builder().put("a", 1).put("b", 2).build(), "payload");
    small.requiredSafeInteger("a", 1, 1);
    refuses(small::noOthers, "payload", "no member but a", "\"b\"");
    small.has("b");
    small.noOthers();
  }

  @Test
  void longValuesAreShortenedInErrors() {
    var big = new ObjectReader(JsonObject.builder().put("a", "x".repeat(5_000)).build(), "p");
    assertThatThrownBy(() -> big.requiredObject("a"))
        .isInstanceOf(ShapeException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).contains("5000"));
  }

  @Test
  void aCheckOfTheCallersOwnNamesTheMember() {
    assertThat(reader.mismatch("s", "a hash", "x"))
        .hasMessage("payload/s: expected a hash, got \"x\"");
    assertThat(List.of(reader.where("s"))).containsExactly("payload/s");
  }

  private static void refuses(ThrowingCallable call, String where, String expected, String actual) {
    var refusal = catchThrowableOfType(ShapeException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.where()).isEqualTo(where);
    assertThat(refusal.expected()).isEqualTo(expected);
    assertThat(refusal.actual()).isEqualTo(actual);
    assertThat(refusal).hasMessage(where + ": expected " + expected + ", got " + actual);
  }
}
