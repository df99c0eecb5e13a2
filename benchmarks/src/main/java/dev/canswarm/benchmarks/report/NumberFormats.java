package dev.canswarm.benchmarks.report;

import java.util.Locale;

/** Formats numbers with units for display. Stateless. */
final class NumberFormats {
  private NumberFormats() {}

  /** Formats a number, without a decimal point if it is an integer. */
  static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%s", value);
  }

  /** Formats operations per second with three digits: {@code 26.1 k}, {@code 4.20 M}. */
  static String rate(double perSecond) {
    if (perSecond >= 1e6) {
      return digits(perSecond / 1e6) + " M";
    }
    return perSecond >= 1e3 ? digits(perSecond / 1e3) + " k" : digits(perSecond);
  }

  /**
   * Formats a power of ten: {@code 10}, {@code 100 k}, {@code 1 M}. Returns the empty text for
   * other numbers.
   */
  static String decade(double value) {
    double exponent = Math.rint(Math.log10(value));
    if (Math.abs(value / Math.pow(10, exponent) - 1) > 1e-6) {
      return "";
    }
    if (value >= 1e6) {
      return plain(Math.rint(value / 1e6)) + " M";
    }
    return value >= 1e3 ? plain(Math.rint(value / 1e3)) + " k" : plain(Math.rint(value));
  }

  /** Formats a size in bytes: {@code 128 B}, {@code 64 KiB}. */
  static String bytes(int size) {
    return size % 1024 == 0 ? size / 1024 + " KiB" : size + " B";
  }

  /** Formats a time in nanoseconds with three digits: {@code 951 ns}, {@code 38.2 µs}. */
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
