package dev.canswarm.crypto;

import java.util.Arrays;
import java.util.Objects;

/**
 * Base64 with padding (RFC 4648, section 4) as ASCII bytes, written and read in place. Only what an
 * encoder writes is taken: no missing padding, no white space, no bits set past the last byte.
 * Stateless and thread-safe.
 */
public final class Base64Text {
  /** The bits of a table entry that mark a byte as no digit; a digit's value is below 64. */
  private static final int NO_DIGIT = 0xc0;

  private static final byte PADDING = '=';
  private static final byte[] DIGITS = digits();

  /** The value of each byte as a digit, or one that has a bit of {@link #NO_DIGIT}. */
  private static final byte[] VALUES = values();

  private Base64Text() {}

  /** Length of the text of that many bytes. */
  public static int lengthOf(int bytes) {
    return (bytes + 2) / 3 * 4;
  }

  /**
   * Writes {@link #lengthOf} the bytes.
   *
   * @throws IndexOutOfBoundsException when either range is not inside its array; nothing is written
   *     then
   */
  public static void write(byte[] bytes, int offset, int length, byte[] out, int outOffset) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Objects.checkFromIndexSize(outOffset, lengthOf(length), out.length);
    int from = offset;
    int to = outOffset;
    for (int end = offset + length / 3 * 3; from < end; from += 3, to += 4) {
      int bits =
          (bytes[from] & 0xff) << 16 | (bytes[from + 1] & 0xff) << 8 | bytes[from + 2] & 0xff;
      out[to] = DIGITS[bits >> 18];
      out[to + 1] = DIGITS[bits >> 12 & 0x3f];
      out[to + 2] = DIGITS[bits >> 6 & 0x3f];
      out[to + 3] = DIGITS[bits & 0x3f];
    }
    int left = offset + length - from;
    if (left > 0) {
      int bits = (bytes[from] & 0xff) << 16 | (left == 2 ? (bytes[from + 1] & 0xff) << 8 : 0);
      out[to] = DIGITS[bits >> 18];
      out[to + 1] = DIGITS[bits >> 12 & 0x3f];
      out[to + 2] = left == 2 ? DIGITS[bits >> 6 & 0x3f] : PADDING;
      out[to + 3] = PADDING;
    }
  }

  /**
   * Reads {@link #lengthOf}{@code (length)} characters into {@code length} bytes.
   *
   * @return false when they are not how {@code length} bytes are written; what {@code out} then
   *     holds is undefined
   * @throws IndexOutOfBoundsException when either range is not inside its array
   */
  public static boolean read(byte[] text, int offset, byte[] out, int outOffset, int length) {
    Objects.checkFromIndexSize(offset, lengthOf(length), text.length);
    Objects.checkFromIndexSize(outOffset, length, out.length);
    int from = offset;
    int to = outOffset;
    int wrong = 0;
    for (int end = outOffset + length / 3 * 3; to < end; from += 4, to += 3) {
      int a = value(text, from);
      int b = value(text, from + 1);
      int c = value(text, from + 2);
      int d = value(text, from + 3);
      wrong |= a | b | c | d;
      out[to] = (byte) (a << 2 | b >> 4);
      out[to + 1] = (byte) (b << 4 | c >> 2);
      out[to + 2] = (byte) (c << 6 | d);
    }
    int left = outOffset + length - to;
    return (wrong & NO_DIGIT) == 0 && (left == 0 || readRest(text, from, out, to, left));
  }

  /** One or two bytes from the last four characters, whose unused bits must be zero. */
  private static boolean readRest(byte[] text, int from, byte[] out, int to, int left) {
    int a = value(text, from);
    int b = value(text, from + 1);
    out[to] = (byte) (a << 2 | b >> 4);
    if (left == 1) {
      return ((a | b) & NO_DIGIT | b & 0xf) == 0
          && text[from + 2] == PADDING
          && text[from + 3] == PADDING;
    }
    int c = value(text, from + 2);
    out[to + 1] = (byte) (b << 4 | c >> 2);
    return ((a | b | c) & NO_DIGIT | c & 0x3) == 0 && text[from + 3] == PADDING;
  }

  private static int value(byte[] text, int index) {
    return VALUES[text[index] & 0xff] & 0xff;
  }

  private static byte[] digits() {
    var digits = new byte[64];
    for (int i = 0; i < 26; i++) {
      digits[i] = (byte) ('A' + i);
      digits[26 + i] = (byte) ('a' + i);
    }
    for (int i = 0; i < 10; i++) {
      digits[52 + i] = (byte) ('0' + i);
    }
    digits[62] = '+';
    digits[63] = '/';
    return digits;
  }

  private static byte[] values() {
    var values = new byte[256];
    Arrays.fill(values, (byte) NO_DIGIT);
    for (int i = 0; i < DIGITS.length; i++) {
      values[DIGITS[i]] = (byte) i;
    }
    return values;
  }
}
