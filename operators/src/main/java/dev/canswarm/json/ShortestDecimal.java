package dev.canswarm.json;

import java.math.BigInteger;

/**
 * The shortest decimal that reads back as a given double, and among those of that length the one
 * closest to it, ties to even: the digits that ECMAScript's Number::toString asks for (ECMA-262,
 * section 6.1.6.1.20, note 2). {@code Double.toString} differs between JDK 17 and 19, so it cannot
 * serve. The algorithm is Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles",
 * 2021; names as there). Stateless and thread-safe.
 */
final class ShortestDecimal {
  private static final int Q_MIN = -1074;
  private static final long C_MIN = 1L << 52;
  private static final int K_MIN = -324;
  private static final int K_MAX = 292;
  private static final long MASK_63 = Long.MAX_VALUE;

  /** The powers of ten that are doubles. */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** For k from K_MIN: the upper and the lower 63 bits of g(k) = floor(10^-k * 2^r) + 1. */
  private static final long[] G = powers();

  private ShortestDecimal() {}

  /**
   * Significand and exponent of a finite positive double.
   *
   * @param into the significand, without trailing zeros, goes into its element 0
   * @return the exponent k: the decimal is significand * 10^k
   */
  static int of(double value, long[] into) {
    long bits = Double.doubleToRawLongBits(value);
    int q = exponentOf(bits);
    long c = significandOf(bits);
    boolean regular = isRegular(q, c);
    int k = regular ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
    long significand = choose(q, c, k, regular);
    while (significand % 10 == 0) {
      significand /= 10;
      k++;
    }
    into[0] = significand;
    return k;
  }

  private static int exponentOf(long bits) {
    int biased = (int) (bits >>> 52) & 0x7ff;
    return biased == 0 ? Q_MIN : Q_MIN - 1 + biased;
  }

  private static long significandOf(long bits) {
    long fraction = bits & (C_MIN - 1);
    return (bits & (long) 0x7ff << 52) == 0 ? fraction : fraction | C_MIN;
  }

  /** Whether the doubles on both sides are as far away. */
  private static boolean isRegular(int q, long c) {
    return c != C_MIN || q == Q_MIN;
  }

  /**
   * The double whose shortest decimal is significand * 10^-scale, or NaN where none is found. What
   * reads as the double is then known without reading the decimal: the shortest reads back.
   *
   * @param significand at most 18 digits; with trailing zeros none is found
   * @param scale 0 to 22
   */
  static double withShortest(long significand, int scale) {
    if (significand == 0) {
      return Double.NaN;
    }
    // Two roundings, so at most the next double to the one that is sought.
    double near = significand / EXACT_POWERS[scale];
    if (isShortest(near, significand, -scale)) {
      return near;
    }
    double above = Math.nextUp(near);
    if (isShortest(above, significand, -scale)) {
      return above;
    }
    double below = Math.nextDown(near);
    return isShortest(below, significand, -scale) ? below : Double.NaN;
  }

  private static boolean isShortest(double value, long significand, int exponent) {
    long bits = Double.doubleToRawLongBits(value);
    int q = exponentOf(bits);
    long c = significandOf(bits);
    boolean regular = isRegular(q, c);
    int k = regular ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
    long chosen = choose(q, c, k, regular);
    while (k < exponent && chosen % 10 == 0) {
      chosen /= 10;
      k++;
    }
    return k == exponent && chosen == significand;
  }

  /** One of the multiples of 10^k around c * 2^q, or of 10^(k+1) where one rounds to it. */
  private static long choose(int q, long c, int k, boolean regular) {
    int odd = (int) c & 1;
    int h = q + floorLog2Pow10(-k) + 2;
    long g1 = G[2 * (k - K_MIN)];
    long g0 = G[2 * (k - K_MIN) + 1];
    long cb = c << 2;
    long vb = roundToOdd(g1, g0, cb << h);
    long lower = roundToOdd(g1, g0, (regular ? cb - 2 : cb - 1) << h) + odd;
    long upper = roundToOdd(g1, g0, (cb + 2) << h) - odd;

    long s = vb >> 2;
    if (s >= 10) {
      long tensBelow = s / 10 * 10;
      boolean belowIn = lower <= tensBelow << 2;
      boolean aboveIn = (tensBelow + 10) << 2 <= upper;
      if (belowIn != aboveIn) {
        return belowIn ? tensBelow : tensBelow + 10;
      }
    }
    long t = s + 1;
    boolean sIn = lower <= s << 2;
    boolean tIn = t << 2 <= upper;
    if (sIn != tIn) {
      return sIn ? s : t;
    }
    long compared = vb - ((s + t) << 1);
    return compared < 0 || compared == 0 && (s & 1) == 0 ? s : t;
  }

  /** The product's upper bits, the last one set where any lower bit is. */
  private static long roundToOdd(long g1, long g0, long cp) {
    long x1 = Math.multiplyHigh(g0, cp);
    long y0 = g1 * cp;
    long y1 = Math.multiplyHigh(g1, cp);
    long z = (y0 >>> 1) + x1;
    long w = y1 + (z >>> 63);
    return w | ((z & MASK_63) + MASK_63) >>> 63;
  }

  /** floor(log10(2^q)). */
  static int floorLog10Pow2(int q) {
    return (int) (q * 661_971_961_083L >> 41);
  }

  /** floor(log10(3/4 * 2^q)). */
  static int floorLog10ThreeQuartersPow2(int q) {
    return (int) (q * 661_971_961_083L - 274_743_187_321L >> 41);
  }

  /** floor(log2(10^e)). */
  static int floorLog2Pow10(int e) {
    return (int) (e * 913_124_641_741L >> 38);
  }

  private static long[] powers() {
    var table = new long[2 * (K_MAX - K_MIN + 1)];
    for (int k = K_MIN; k <= K_MAX; k++) {
      int shift = 125 - floorLog2Pow10(-k);
      BigInteger ten = BigInteger.TEN.pow(Math.abs(k));
      BigInteger floor;
      if (k <= 0) {
        floor = shift >= 0 ? ten.shiftLeft(shift) : ten.shiftRight(-shift);
      } else {
        floor = BigInteger.ONE.shiftLeft(shift).divide(ten);
      }
      BigInteger g = floor.add(BigInteger.ONE);
      table[2 * (k - K_MIN)] = g.shiftRight(63).longValueExact();
      table[2 * (k - K_MIN) + 1] = g.longValue() & MASK_63;
    }
    return table;
  }
}
