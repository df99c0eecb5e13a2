package dev.canswarm.envelope;

import dev.canswarm.json.JsonLimits;

/**
 * How large an envelope may be, as it arrives and in canonical form. Both bounds are inclusive.
 *
 * @param bytesMax length of the whole envelope
 * @param depthMax arrays and objects open at once, the envelope itself counted
 */
public record EnvelopeLimits(int bytesMax, int depthMax) {
  /** Below Kafka's default {@code message.max.bytes} of 1 MiB, with room for key and headers. */
  public static final int DEFAULT_BYTES_MAX = 1_000_000;

  /** Levels of nesting that common readers of I-JSON accept by default. */
  public static final int DEFAULT_DEPTH_MAX = 64;

  /** 1,000,000 bytes and 64 levels. */
  public static final EnvelopeLimits DEFAULT =
      new EnvelopeLimits(DEFAULT_BYTES_MAX, DEFAULT_DEPTH_MAX);

  public EnvelopeLimits {
    var unused = new JsonLimits(bytesMax, depthMax);
  }

  /**
   * Whether an envelope may be so long.
   *
   * @throws RefusedException TOO_LARGE when it may not
   */
  void check(int bytes) {
    if (bytes > bytesMax) {
      throw FieldRules.refused(
          Reason.TOO_LARGE, "envelope", "at most " + bytesMax + " bytes", String.valueOf(bytes));
    }
  }

  JsonLimits json() {
    return new JsonLimits(bytesMax, depthMax);
  }
}
