package dev.canswarm.json;

import dev.canswarm.json.JsonException.Problem;

/**
 * Reads a number (RFC 8259 section 6) as the nearest IEEE 754 double, ties to even, and refuses
 * what I-JSON cannot carry: infinity, and every value that the canonical form would write as plain
 * digits beyond ±(2^53 - 1), since another reader would see other digits. Not thread-safe; used
 * again for every number of a text.
 */
final class NumberReader {
  /** From here on the canonical form has an exponent (ECMAScript, Number::toString). */
  static final double PLAIN_DIGITS_END = 1e21;

  /**
   * No double's or midpoint's decimal expansion has more significant digits than 768, so that many
   * and one that says whether anything followed decide the rounding.
   */
  private static final int SIGNIFICANT_DIGITS_MAX = 768;

  /** Beyond what any number of digits in an array can make up for; keeps sums from overflowing. */
  private static final long EXPONENT_CLAMP = 100_000_000_000L;

  private static final int EXACT_DIGITS_MAX = 15;

  /** Number of decimal digits that always fit into a long. */
  private static final int LONG_DIGITS_MAX = 18;

  private static final int EXACT_POWER_MAX = 22;
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private byte[] in = {};
  private int at;
  private double value;

  /** First and one past the last byte of the integer digits, then of the fraction digits. */
  private int intStart;

  private int intEnd;
  private int fractionStart;
  private int fractionEnd;
  private long exponent;

  /** The digits that count, the power of ten of the last one, and whether some were left out. */
  private final StringBuilder significant = new StringBuilder();

  private long power;
  private boolean more;

  /** The value that was read last. */
  double value() {
    return value;
  }

  /** Reads the number that begins at {@code start}, and returns the offset after it. */
  int read(byte[] bytes, int start) {
    in = bytes;
    at = start;
    boolean negative = in[at] == '-';
    if (negative) {
      at++;
    }
    grammar();
    double magnitude = magnitude();
    if (Double.isInfinite(magnitude)) {
      throw JsonException.at(
          start, Problem.NUMBER_RANGE, "expected a finite number, got one too large for a double");
    }
    if (magnitude > JsonNumber.SAFE_INTEGER_MAX && magnitude < PLAIN_DIGITS_END) {
      throw JsonException.at(
          start,
          Problem.NUMBER_RANGE,
          "expected digits within ±(2^53-1), or at least 1e21, got a number between");
    }
    value = negative && magnitude != 0 ? -magnitude : magnitude;
    return at;
  }

  private void grammar() {
    intStart = at;
    digits();
    intEnd = at;
    if (in[intStart] == '0' && intEnd - intStart > 1) {
      throw JsonException.at(
          intStart + 1, Problem.SYNTAX, "expected no digit after a leading zero");
    }
    fractionStart = at;
    fractionEnd = at;
    if (at < in.length && in[at] == '.') {
      at++;
      fractionStart = at;
      digits();
      fractionEnd = at;
    }
    exponent = 0;
    if (at < in.length && (in[at] | 0x20) == 'e') {
      at++;
      readExponent();
    }
  }

  private void readExponent() {
    boolean negative = at < in.length && in[at] == '-';
    if (negative || at < in.length && in[at] == '+') {
      at++;
    }
    int start = at;
    digits();
    for (int i = start; i < at; i++) {
      exponent = Math.min(EXPONENT_CLAMP, 10 * exponent + (in[i] - '0'));
    }
    exponent = negative ? -exponent : exponent;
  }

  private void digits() {
    int start = at;
    while (at < in.length && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw at == in.length
          ? JsonException.at(at, Problem.TRUNCATED, "expected a digit, got the end of the input")
          : JsonException.at(
              at, Problem.SYNTAX, "expected a digit, got " + JsonTokens.shown(in[at]));
    }
  }

  private double magnitude() {
    int digits = intEnd - intStart + fractionEnd - fractionStart;
    long scale = exponent - (fractionEnd - fractionStart);
    if (digits <= EXACT_DIGITS_MAX && Math.abs(scale) <= EXACT_POWER_MAX) {
      // Both operands are exact doubles, so the one rounding is the right one.
      long digitsRead = accumulate(intStart, intEnd, 0);
      double significand = accumulate(fractionStart, fractionEnd, digitsRead);
      return scale < 0
          ? significand / POWERS_OF_TEN[(int) -scale]
          : significand * POWERS_OF_TEN[(int) scale];
    }
    if (digits <= LONG_DIGITS_MAX && scale <= 0 && scale >= -EXACT_POWER_MAX) {
      long significand = accumulate(fractionStart, fractionEnd, accumulate(intStart, intEnd, 0));
      double nearest = ShortestDecimal.withShortest(significand, (int) -scale);
      if (!Double.isNaN(nearest)) {
        return nearest;
      }
    }
    return bounded();
  }

  private long accumulate(int from, int to, long sum) {
    for (int i = from; i < to; i++) {
      sum = 10 * sum + (in[i] - '0');
    }
    return sum;
  }

  /** Passes at most 769 significant digits to the JDK's parser, also for longer input. */
  private double bounded() {
    significant.setLength(0);
    power = exponent;
    more = false;
    collect(intStart, intEnd, 0);
    collect(fractionStart, fractionEnd, -1);
    if (significant.isEmpty()) {
      return 0;
    }
    if (more) {
      significant.append('1');
      power--;
    }
    long clamped = Math.max(-100_000, Math.min(100_000, power));
    return Double.parseDouble(significant.append('e').append(clamped).toString());
  }

  /** Takes digits, each of which moves the point by {@code shift} and, if left out, by one back. */
  private void collect(int from, int to, int shift) {
    for (int i = from; i < to; i++) {
      power += shift;
      if (significant.isEmpty() && in[i] == '0') {
        continue;
      }
      if (significant.length() < SIGNIFICANT_DIGITS_MAX) {
        significant.append((char) in[i]);
      } else {
        more |= in[i] != '0';
        power++;
      }
    }
  }
}
