package dev.canswarm.json;

/**
 * A finite IEEE 754 double, the only number that I-JSON knows. Negative zero is kept as zero, which
 * is how RFC 8785 writes it.
 */
public record JsonNumber(double value) implements JsonValue {

  /** The largest integer that every JSON reader keeps exactly: 2^53 - 1. */
  public static final long SAFE_INTEGER_MAX = (1L << 53) - 1;

  public JsonNumber {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("expected a finite number, got " + value);
    }
    value = value == 0 ? 0.0 : value;
  }

  /**
   * An integer.
   *
   * @throws IllegalArgumentException beyond ±(2^53 - 1)
   */
  public static JsonNumber of(long value) {
    if (Math.abs(value) > SAFE_INTEGER_MAX) {
      throw new IllegalArgumentException("expected an integer within 2^53-1, got " + value);
    }
    return new JsonNumber(value);
  }

  /** Whether this is an integer within ±(2^53 - 1). */
  public boolean isSafeInteger() {
    return value == Math.rint(value) && Math.abs(value) <= SAFE_INTEGER_MAX;
  }
}
