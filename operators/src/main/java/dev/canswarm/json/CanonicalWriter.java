package dev.canswarm.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing buffer that knows how RFC 8785 writes strings and numbers. The caller puts the
 * punctuation and the order of names. Not thread-safe.
 */
public final class CanonicalWriter {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** Longest output of a number: a sign, 17 digits, a point, {@code 0.00000} or {@code e-324}. */
  private static final int NUMBER_BYTES_MAX = 32;

  /** The escape of a control character. */
  static final int CHARACTER_BYTES_MAX = 6;

  /** Up to here a loop over chars is the faster way. */
  private static final int SHORT_CHARS_MAX = 24;

  /** A buffer that grew beyond this is not kept for the next text. */
  private static final int KEPT_BYTES_MAX = 1 << 16;

  private byte[] out;
  private int length;
  private final long[] significand = new long[1];
  private final byte[] digits = new byte[20];

  /** A buffer that takes so many bytes before it first grows. */
  public CanonicalWriter(int bytesExpected) {
    out = new byte[Math.max(16, bytesExpected)];
  }

  /** One byte as it is. */
  public CanonicalWriter raw(char ascii) {
    ensure(1);
    out[length++] = (byte) ascii;
    return this;
  }

  /** Bytes as they are. */
  public CanonicalWriter raw(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
    return this;
  }

  /** The bytes from {@code start} to before {@code end}, as they are. */
  public CanonicalWriter raw(byte[] bytes, int start, int end) {
    ensure(end - start);
    System.arraycopy(bytes, start, out, length, end - start);
    length += end - start;
    return this;
  }

  /** ASCII text as it is, without quotes. */
  @SuppressWarnings("deprecation") // It takes the low byte of each char, which is ASCII's.
  public CanonicalWriter raw(String ascii) {
    int count = ascii.length();
    ensure(count);
    ascii.getBytes(0, count, out, length);
    length += count;
    return this;
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  /**
   * A string in quotes, escaped only where RFC 8785 section 3.2.2.2 has it so.
   *
   * @throws IllegalArgumentException for half of a surrogate pair
   */
  public CanonicalWriter string(String value) {
    int count = value.length();
    ensure(count + 2);
    out[length++] = '"';
    if (count > SHORT_CHARS_MAX) {
      encoded(value);
    } else {
      characters(value);
    }
    ensure(1);
    out[length++] = '"';
    return this;
  }

  private void characters(String value) {
    int count = value.length();
    for (int i = 0; i < count; i++) {
      char unit = value.charAt(i);
      if (unit < 0x80 && unit >= 0x20 && unit != '"' && unit != '\\') {
        // Room for one byte per remaining char and the closing quote is already ensured.
        out[length++] = (byte) unit;
        continue;
      }
      int point = scalarAt(value, i);
      ensure(CHARACTER_BYTES_MAX + count - i);
      length = character(point, out, length);
      i += point < 0x10000 ? 0 : 1;
    }
  }

  /** Through the platform's encoder, which is faster than a loop over chars but repairs. */
  private void encoded(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    // The encoder writes '?' for half of a surrogate pair.
    if (CanonicalString.contains(utf8, '?')) {
      refuseLoneSurrogate(value);
    }
    ensure(utf8.length);
    int at = 0;
    while (true) {
      int end = CanonicalString.unescapedRunEnd(utf8, at);
      ensure(CHARACTER_BYTES_MAX + utf8.length - at);
      System.arraycopy(utf8, at, out, length, end - at);
      length += end - at;
      if (end == utf8.length) {
        return;
      }
      at = end + 1;
      length = character(utf8[end], out, length);
    }
  }

  private static void refuseLoneSurrogate(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        int pair = scalarAt(value, i);
        i += Character.charCount(pair) - 1;
      }
    }
  }

  private static int scalarAt(String value, int i) {
    int point = value.codePointAt(i);
    if (point >= 0xd800 && point <= 0xdfff) {
      throw new IllegalArgumentException(
          String.format("expected a surrogate pair, got \\u%04x alone at char %d", point, i));
    }
    return point;
  }

  /**
   * Writes one code point in the form of a canonical string.
   *
   * @param point no surrogate
   * @param at where in {@code out}, which has room for {@link #CHARACTER_BYTES_MAX} more
   * @return where the next goes
   */
  static int character(int point, byte[] out, int at) {
    int next = at;
    if (point < 0x80) {
      if (point < 0x20 || point == '"' || point == '\\') {
        return escape(point, out, next);
      }
      out[next++] = (byte) point;
      return next;
    }
    if (point < 0x800) {
      out[next++] = (byte) (0xc0 | point >> 6);
    } else {
      if (point < 0x10000) {
        out[next++] = (byte) (0xe0 | point >> 12);
      } else {
        out[next++] = (byte) (0xf0 | point >> 18);
        out[next++] = (byte) (0x80 | point >> 12 & 0x3f);
      }
      out[next++] = (byte) (0x80 | point >> 6 & 0x3f);
    }
    out[next++] = (byte) (0x80 | point & 0x3f);
    return next;
  }

  private static int escape(int point, byte[] out, int at) {
    int letter =
        switch (point) {
          case '"', '\\' -> point;
          case '\b' -> 'b';
          case '\t' -> 't';
          case '\n' -> 'n';
          case '\f' -> 'f';
          case '\r' -> 'r';
          default -> 'u';
        };
    out[at] = '\\';
    out[at + 1] = (byte) letter;
    if (letter != 'u') {
      return at + 2;
    }
    out[at + 2] = '0';
    out[at + 3] = '0';
    out[at + 4] = HEX[point >> 4];
    out[at + 5] = HEX[point & 0xf];
    return at + 6;
  }

  /** An integer in plain digits; the caller sees to it that it is within ±(2^53 - 1). */
  public CanonicalWriter integer(long value) {
    ensure(NUMBER_BYTES_MAX);
    if (value < 0) {
      out[length++] = '-';
    }
    int first = decimal(Math.abs(value));
    return takeDigits(first, digits.length);
  }

  /**
   * A finite number as ECMAScript prints it (RFC 8785 section 3.2.2.3).
   *
   * @throws IllegalArgumentException for a number that is not finite
   */
  public CanonicalWriter number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("expected a finite number, got " + value);
    }
    if (Math.abs(value) <= JsonNumber.SAFE_INTEGER_MAX && value == (long) value) {
      return integer((long) value);
    }
    ensure(NUMBER_BYTES_MAX);
    if (value < 0) {
      out[length++] = '-';
    }
    int k = ShortestDecimal.of(Math.abs(value), significand);
    int first = decimal(significand[0]);
    int count = digits.length - first;
    // ECMA-262, Number::toString: the value is 0.digits * 10^n.
    int n = count + k;
    if (n > 21 || n <= -6) {
      return exponential(first, n - 1);
    }
    if (n <= 0) {
      return raw("0.").zeros(-n).takeDigits(first, digits.length);
    }
    if (n >= count) {
      return takeDigits(first, digits.length).zeros(n - count);
    }
    return takeDigits(first, first + n).raw('.').takeDigits(first + n, digits.length);
  }

  private CanonicalWriter exponential(int first, int exponent) {
    takeDigits(first, first + 1);
    if (digits.length - first > 1) {
      raw('.').takeDigits(first + 1, digits.length);
    }
    raw('e').raw(exponent < 0 ? '-' : '+');
    return takeDigits(decimal(Math.abs(exponent)), digits.length);
  }

  /** Puts the digits of a number at the end of {@link #digits}, and returns where they begin. */
  private int decimal(long value) {
    int first = digits.length;
    long rest = value;
    do {
      digits[--first] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    return first;
  }

  private CanonicalWriter takeDigits(int from, int to) {
    ensure(to - from);
    System.arraycopy(digits, from, out, length, to - from);
    length += to - from;
    return this;
  }

  private CanonicalWriter zeros(int count) {
    for (int i = 0; i < count; i++) {
      raw('0');
    }
    return this;
  }

  /** Forgets what was written, and keeps the buffer. */
  public CanonicalWriter clear() {
    if (out.length > KEPT_BYTES_MAX) {
      out = new byte[KEPT_BYTES_MAX];
    }
    length = 0;
    return this;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(out, length);
  }

  private void ensure(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(Math.addExact(length, more), growth()));
    }
  }

  private int growth() {
    return out.length > Integer.MAX_VALUE / 2 - 8 ? Integer.MAX_VALUE - 8 : 2 * out.length;
  }
}
