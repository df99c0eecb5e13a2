package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
  @Test
  void everyCodePointOfTwoToFourBytesIsRead() {
    for (int point = 0x80; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.codePoint(bytes, 0)).isEqualTo(point);
        assertThat(Utf8.wellFormedLength(bytes, 0)).isEqualTo(bytes.length);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "c0af, a lead byte",
    "80, a lead byte",
    "c328, a continuation byte",
    "e080af, the shortest form",
    "eda080, a scalar value",
    "f4908080, at most U+10FFFF",
    "e282, the rest of a UTF-8 sequence",
  })
  void whatIsNotWellFormedIsRefusedWithItsReason(String hex, String expected) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> Utf8.codePoint(bytes, 0))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(expected);
    assertThat(Utf8.wellFormedLength(bytes, 0)).isZero();
  }

  @Property
  void sequencesAreWellFormedWhereTheJdkSaysSo(@ForAll @Size(4) byte[] bytes) {
    bytes[0] |= (byte) 0x80;
    int length = Utf8.wellFormedLength(bytes, 0);

    if (length == 0) {
      for (int end = 2; end <= bytes.length; end++) {
        String text = decoded(Arrays.copyOf(bytes, end));
        assertThat(text.codePointCount(0, text.length())).as("of %d bytes", end).isNotEqualTo(1);
      }
    } else {
      assertThat(decoded(Arrays.copyOf(bytes, length)).codePoints())
          .containsExactly(Utf8.codePoint(bytes, 0));
    }
  }

  /** Empty if it is not well formed. */
  private static String decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notWellFormed) {
      return "";
    }
  }
}
