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
    if (perSecond >= 1e6 - 500) { // the next smaller number of three digits is 999 k
      return digits(perSecond / 1e6) + " M";
    }
    return isThousand(perSecond) ? digits(perSecond / 1e3) + " k" : digits(perSecond);
  }

  /**
   * Formats a power of ten: {@code 0.1}, {@code 10}, {@code 100 k}, {@code 1 M}. Returns the empty
   * text for other numbers.
   */
  static String decade(double value) {
    if (!(value > 0)) {
      return "";
    }
    double exponent = Math.rint(Math.log10(value));
    if (Math.abs(value / Math.pow(10, exponent) - 1) > 1e-6) {
      return "";
    }
    if (value >= 1e6) {
      return plain(Math.rint(value / 1e6)) + " M";
    }
    if (value >= 1e3) {
      return plain(Math.rint(value / 1e3)) + " k";
    }
    return value >= 1 ? plain(Math.rint(value)) : plain(Math.pow(10, exponent));
  }

  /** Formats a size in bytes: {@code 128 B}, {@code 64 KiB}. */
  static String bytes(int size) {
    return size % 1024 == 0 ? size / 1024 + " KiB" : size + " B";
  }

  /** Formats a time in nanoseconds with three digits: {@code 951 ns}, {@code 38.2 µs}. */
  static String nanos(double nanos) {
    return isThousand(nanos) ? digits(nanos / 1e3) + " µs" : digits(nanos) + " ns";
  }

  /** Whether a number is 1000 or more once it is rounded to three digits. */
  private static boolean isThousand(double value) {
    return value >= 999.5;
  }

  /** Formats a number with three digits: rounding up may add one before the decimal point. */
  private static String digits(double value) {
    if (value >= 99.95) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
  }
}
