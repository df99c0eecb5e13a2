package dev.canswarm.json;

import java.util.Arrays;

/**
 * Numbers as RFC 8785 writes them, recognised without reading them as doubles where their digits
 * alone decide. Stateless and thread-safe.
 */
final class CanonicalNumber {
  /** The result of {@link #end} for bytes that are not a canonical number. */
  static final int NOT_CANONICAL = -1;

  /** 2^53 - 1 has so many; more integer digits are refused or have another canonical form. */
  private static final int INTEGER_DIGITS_MAX = 16;

  /**
   * Two decimals of so many significant digits never share a double (in its normal range), so each
   * is the shortest that reads back as its own.
   */
  private static final int DISTINCT_DIGITS_MAX = 15;

  /** No double needs more. */
  private static final int SHORTEST_DIGITS_MAX = 17;

  /** Numbers below 10^-6 are written with an exponent. */
  private static final int LEADING_ZEROS_MAX = 5;

  private CanonicalNumber() {}

  /**
   * The offset after the canonical number that begins here.
   *
   * @param start offset of a minus sign or digit
   * @return {@link #NOT_CANONICAL} when it is malformed, out of range or spelled in another way;
   *     what follows the number is for the caller to judge
   */
  static int end(byte[] in, int start) {
    int first = in[start] == '-' ? start + 1 : start;
    int at = first;
    long value = 0;
    while (at < in.length && isDigit(in[at])) {
      value = 10 * value + (in[at] - '0');
      at++;
    }
    int digits = at - first;
    if (digits == 0 || digits > INTEGER_DIGITS_MAX || in[first] == '0' && digits > 1) {
      return NOT_CANONICAL;
    }
    if (at < in.length && in[at] == '.') {
      return fractionEnd(in, start, first, at, value);
    }
    if (at < in.length && (in[at] | 0x20) == 'e') {
      return readAndWritten(in, start);
    }
    boolean negativeZero = value == 0 && first > start;
    return value > JsonNumber.SAFE_INTEGER_MAX || negativeZero ? NOT_CANONICAL : at;
  }

  private static int fractionEnd(byte[] in, int start, int first, int point, long integer) {
    int at = point + 1;
    if (integer == 0) {
      while (at < in.length && in[at] == '0') {
        at++;
      }
    }
    int zeros = at - point - 1;
    long significand = integer;
    while (at < in.length && isDigit(in[at])) {
      // Overflows only past the digits that can be canonical.
      significand = 10 * significand + (in[at] - '0');
      at++;
    }
    if (at < in.length && (in[at] | 0x20) == 'e') {
      return readAndWritten(in, start);
    }
    int fraction = at - point - 1;
    int digits = fraction - zeros + (integer == 0 ? 0 : point - first);
    if (fraction == 0
        || in[at - 1] == '0'
        || zeros > LEADING_ZEROS_MAX
        || digits > SHORTEST_DIGITS_MAX) {
      return NOT_CANONICAL;
    }
    if (digits <= DISTINCT_DIGITS_MAX
        || !Double.isNaN(ShortestDecimal.withShortest(significand, fraction))) {
      return at;
    }
    return readAndWritten(in, start);
  }

  /** The rare forms: what is read is written again, and must come out as the same bytes. */
  private static int readAndWritten(byte[] in, int start) {
    var reader = new NumberReader();
    int end;
    try {
      end = reader.read(in, start);
    } catch (JsonException refused) {
      return NOT_CANONICAL;
    }
    byte[] written = new CanonicalWriter(32).number(reader.value()).toBytes();
    return Arrays.equals(written, 0, written.length, in, start, end) ? end : NOT_CANONICAL;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
