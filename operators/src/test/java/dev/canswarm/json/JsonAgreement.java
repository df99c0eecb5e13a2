package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.Arrays;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/**
 * What holds for any bytes at all: the two ways to the canonical form (over bytes, and through the
 * tree) agree, and so does another implementation where it takes the same input.
 */
final class JsonAgreement {
  static final JsonLimits LIMITS = new JsonLimits(1 << 20, 64);

  private JsonAgreement() {}

  /** Checks them, and says whether the bytes were accepted. */
  static boolean check(byte[] input) {
    byte[] before = input.clone();
    JsonValue value;
    try {
      value = StrictJson.parse(input, LIMITS);
    } catch (JsonException refusal) {
      refusedAlike(input, refusal);
      return false;
    }
    byte[] expected = CanonicalJson.write(value);
    byte[] canonical = CanonicalJson.canonicalize(input, LIMITS);
    assertThat(canonical).isEqualTo(expected);
    assertThat(Rewriter.rewrite(input, LIMITS)).isEqualTo(expected);
    boolean already = Arrays.equals(input, expected);
    assertThat(CanonicalScan.isCanonical(input, LIMITS)).isEqualTo(already);
    assertThat(canonical == input).isEqualTo(already);
    assertThat(CanonicalJson.canonicalize(canonical, LIMITS)).isSameAs(canonical);
    assertThat(StrictJson.parse(canonical, LIMITS)).isEqualTo(value);
    assertThat(input).as("the input is left as it was").isEqualTo(before);
    if (value instanceof JsonObject || value instanceof JsonArray) {
      assertThat(byErdtman(input)).isEqualTo(expected);
    }
    return true;
  }

  private static void refusedAlike(byte[] input, JsonException refusal) {
    assertThat(refusal.offset()).isBetween(0, input.length);
    assertThat(Rewriter.rewrite(input, LIMITS)).as(refusal.getMessage()).isNull();
    assertThat(CanonicalScan.isCanonical(input, LIMITS)).as(refusal.getMessage()).isFalse();
    var other =
        catchThrowableOfType(JsonException.class, () -> CanonicalJson.canonicalize(input, LIMITS));
    assertThat(other).hasMessage(refusal.getMessage());
    assertThat(other.problem()).isEqualTo(refusal.problem());
    assertThat(other.offset()).isEqualTo(refusal.offset());
  }

  /** It takes objects and arrays only, and repairs some of what we refuse: ask it afterwards. */
  static byte @Nullable [] byErdtman(byte[] accepted) {
    try {
      return new JsonCanonicalizer(accepted).getEncodedUTF8();
    } catch (IOException e) {
      return null;
    }
  }
}
