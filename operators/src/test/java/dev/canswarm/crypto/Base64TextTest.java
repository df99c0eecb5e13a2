package dev.canswarm.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Base64TextTest {
  @Property(tries = 300)
  void whatIsWrittenIsTheBase64OfTheJDKAndIsReadBack(
      @ForAll @Size(max = 70) byte[] bytes, @ForAll @IntRange(max = 3) int offset) {
    byte[] from = new byte[bytes.length + offset];
    System.arraycopy(bytes, 0, from, offset, bytes.length);
    var text = new byte[Base64Text.lengthOf(bytes.length) + offset];
    Base64Text.write(from, offset, bytes.length, text, offset);
    assertThat(Arrays.copyOfRange(text, offset, text.length))
        .isEqualTo(Base64.getEncoder().encode(bytes));

    var back = new byte[from.length];
    assertThat(Base64Text.read(text, offset, back, offset, bytes.length)).isTrue();
    assertThat(back).isEqualTo(from);
  }

  @Property(tries = 2_000)
  void aChangedCharacterIsReadOnlyWhereAnEncoderWouldWriteIt(
      @ForAll @Size(min = 1, max = 6) byte[] bytes,
      @ForAll @IntRange(max = 7) int place,
      @ForAll @IntRange(min = 32, max = 127) int other) {
    byte[] text = Base64.getEncoder().encode(bytes);
    text[place % text.length] = (byte) other;
    var read = new byte[bytes.length];
    assertThat(Base64Text.read(text, 0, read, 0, bytes.length))
        .isEqualTo(isWhatAnEncoderWrites(text, bytes.length));
  }

  @Test
  void bytesBeyondASCIIAreRefused() {
    for (int b = 128; b < 256; b++) {
      byte[] text = "AAAA".getBytes(US_ASCII);
      text[b % 4] = (byte) b;
      assertThat(Base64Text.read(text, 0, new byte[3], 0, 3)).isFalse();
    }
  }

  @Test
  void aRangeOutsideAnArrayIsAnError() {
    assertThatThrownBy(() -> Base64Text.write(new byte[4], 0, 4, new byte[7], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Base64Text.read(new byte[7], 0, new byte[4], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static boolean isWhatAnEncoderWrites(byte[] text, int length) {
    try {
      byte[] decoded = Base64.getDecoder().decode(text);
      return decoded.length == length && Arrays.equals(Base64.getEncoder().encode(decoded), text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
