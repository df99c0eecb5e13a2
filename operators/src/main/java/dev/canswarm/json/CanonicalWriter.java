package dev.canswarm.json;

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

  /** ASCII text as it is, without quotes. */
  public CanonicalWriter raw(String ascii) {
    int count = ascii.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      out[length + i] = (byte) ascii.charAt(i);
    }
    length += count;
    return this;
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
    for (int i = 0; i < count; i++) {
      char unit = value.charAt(i);
      // What follows needs a byte per char and the closing quote, whatever this one needs.
      ensure(count - i + 6);
      if (unit >= 0x80) {
        i += multiByte(value, i, unit);
      } else if (unit < 0x20 || unit == '"' || unit == '\\') {
        escape(unit);
      } else {
        out[length++] = (byte) unit;
      }
    }
    out[length++] = '"';
    return this;
  }

  /** Writes the code point at {@code i}, and returns how many chars beside the first it took. */
  private int multiByte(String value, int i, char unit) {
    int point = value.codePointAt(i);
    if (point >= 0xd800 && point <= 0xdfff) {
      throw new IllegalArgumentException(
          String.format("expected a surrogate pair, got \\u%04x alone at char %d", (int) unit, i));
    }
    if (point < 0x800) {
      out[length++] = (byte) (0xc0 | point >> 6);
    } else {
      if (point < 0x10000) {
        out[length++] = (byte) (0xe0 | point >> 12);
      } else {
        out[length++] = (byte) (0xf0 | point >> 18);
        out[length++] = (byte) (0x80 | point >> 12 & 0x3f);
      }
      out[length++] = (byte) (0x80 | point >> 6 & 0x3f);
    }
    out[length++] = (byte) (0x80 | point & 0x3f);
    return point < 0x10000 ? 0 : 1;
  }

  private void escape(char unit) {
    out[length++] = '\\';
    switch (unit) {
      case '"', '\\' -> out[length++] = (byte) unit;
      case '\b' -> out[length++] = 'b';
      case '\t' -> out[length++] = 't';
      case '\n' -> out[length++] = 'n';
      case '\f' -> out[length++] = 'f';
      case '\r' -> out[length++] = 'r';
      default -> {
        out[length++] = 'u';
        out[length++] = '0';
        out[length++] = '0';
        out[length++] = HEX[unit >> 4];
        out[length++] = HEX[unit & 0xf];
      }
    }
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
   * A finite number as ECMAScript prints it (RFC 8785 section 3.2.2.3), whatever its size.
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
