package dev.canswarm.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HexTest {
  @Property(tries = 200)
  void whatIsWrittenIsTheHexOfTheJDKAndIsReadBack(
      @ForAll @Size(max = 70) byte[] bytes, @ForAll @IntRange(max = 3) int offset) {
    byte[] from = shifted(bytes, offset);
    var text = new byte[2 * bytes.length + offset];
    Hex.write(from, offset, bytes.length, text, offset);
    assertThat(new String(text, offset, 2 * bytes.length, US_ASCII))
        .isEqualTo(HexFormat.of().formatHex(bytes));
    assertThat(Hex.matches(from, offset, bytes.length, text, offset)).isTrue();

    var back = new byte[from.length];
    assertThat(Hex.read(text, offset, back, offset, bytes.length)).isTrue();
    assertThat(back).isEqualTo(from);
  }

  @Property(tries = 500)
  void aChangedCharacterDoesNotMatchAndIsReadOnlyIfItIsALowerCaseDigit(
      @ForAll @Size(4) byte[] bytes, @ForAll @IntRange(max = 7) int at, @ForAll byte other) {
    var text = new byte[8];
    Hex.write(bytes, 0, 4, text, 0);
    boolean same = text[at] == other;
    text[at] = other;
    assertThat(Hex.matches(bytes, 0, 4, text, 0)).isEqualTo(same);
    assertThat(Hex.read(text, 0, new byte[4], 0, 4))
        .isEqualTo("0123456789abcdef".indexOf(other) >= 0);
  }

  @Test
  void aRangeOutsideAnArrayIsAnError() {
    assertThatThrownBy(() -> Hex.write(new byte[4], 0, 4, new byte[7], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Hex.read(new byte[7], 0, new byte[4], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Hex.matches(new byte[4], 0, 4, new byte[8], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static byte[] shifted(byte[] bytes, int offset) {
    var shifted = new byte[bytes.length + offset];
    System.arraycopy(bytes, 0, shifted, offset, bytes.length);
    return shifted;
  }
}
