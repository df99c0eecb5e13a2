package dev.canswarm.crypto;

import java.util.Arrays;
import java.util.Objects;

/**
 * Lower-case hex as ASCII bytes, written and read in place. Only the one spelling is taken: upper
 * case is refused, as two spellings of one hash would be two names. Stateless and thread-safe.
 */
public final class Hex {
  private static final byte NONE = -1;
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** The value of each byte as a digit, or {@link #NONE}. */
  private static final byte[] VALUES = values();

  private Hex() {}

  /**
   * Writes {@code 2 * length} digits.
   *
   * @throws IndexOutOfBoundsException when either range is not inside its array; nothing is written
   *     then
   */
  public static void write(byte[] bytes, int offset, int length, byte[] out, int outOffset) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Objects.checkFromIndexSize(outOffset, 2 * length, out.length);
    for (int i = 0; i < length; i++) {
      byte b = bytes[offset + i];
      out[outOffset + 2 * i] = DIGITS[b >> 4 & 0xf];
      out[outOffset + 2 * i + 1] = DIGITS[b & 0xf];
    }
  }

  /**
   * Reads {@code 2 * length} digits into {@code length} bytes.
   *
   * @return false when one of them is not a lower-case hex digit; what {@code out} then holds is
   *     undefined
   * @throws IndexOutOfBoundsException when either range is not inside its array
   */
  public static boolean read(byte[] text, int offset, byte[] out, int outOffset, int length) {
    Objects.checkFromIndexSize(offset, 2 * length, text.length);
    Objects.checkFromIndexSize(outOffset, length, out.length);
    int wrong = 0;
    for (int i = 0; i < length; i++) {
      int high = VALUES[text[offset + 2 * i] & 0xff];
      int low = VALUES[text[offset + 2 * i + 1] & 0xff];
      wrong |= high | low;
      out[outOffset + i] = (byte) (high << 4 | low);
    }
    return wrong >= 0;
  }

  /**
   * Whether the text from {@code textOffset} is how these bytes are written.
   *
   * @throws IndexOutOfBoundsException when {@code length} bytes, or {@code 2 * length} digits, are
   *     not inside their array
   */
  public static boolean matches(byte[] bytes, int offset, int length, byte[] text, int textOffset) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Objects.checkFromIndexSize(textOffset, 2 * length, text.length);
    int difference = 0;
    for (int i = 0; i < length; i++) {
      byte b = bytes[offset + i];
      difference |= text[textOffset + 2 * i] ^ DIGITS[b >> 4 & 0xf];
      difference |= text[textOffset + 2 * i + 1] ^ DIGITS[b & 0xf];
    }
    return difference == 0;
  }

  private static byte[] values() {
    var values = new byte[256];
    Arrays.fill(values, NONE);
    for (int i = 0; i < DIGITS.length; i++) {
      values[DIGITS[i]] = (byte) i;
    }
    return values;
  }
}
