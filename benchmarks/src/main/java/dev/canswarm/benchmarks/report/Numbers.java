package dev.canswarm.benchmarks.report;

import java.util.Locale;

/** Numbers for people. Stateless. */
final class Numbers {
  private Numbers() {}

  /** Without a point where it is whole. */
  static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%s", value);
  }

  /** Operations per second in three digits: {@code 26.1 k}, {@code 4.20 M}. */
  static String rate(double perSecond) {
    if (perSecond >= 1e6) {
      return digits(perSecond / 1e6) + " M";
    }
    return perSecond >= 1e3 ? digits(perSecond / 1e3) + " k" : digits(perSecond);
  }

  /** A time in three digits: {@code 951 ns}, {@code 38.2 µs}. */
  static String nanos(double nanos) {
    return nanos >= 1e3 ? digits(nanos / 1e3) + " µs" : digits(nanos) + " ns";
  }

  private static String digits(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }
}
