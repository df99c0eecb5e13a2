package dev.canswarm.json;

/**
 * The bounds beyond which a reader refuses a document. Both are inclusive.
 *
 * @param bytesMax length of the input
 * @param depthMax arrays and objects open at once; a scalar has depth 0
 */
public record JsonLimits(int bytesMax, int depthMax) {
  /** Deepest nesting that a limit may allow: the reader recurses, and its stack is bounded. */
  public static final int DEPTH_LIMIT_MAX = 512;

  /** 16 MiB and 64 levels. */
  public static final JsonLimits DEFAULT = new JsonLimits(16 << 20, 64);

  public JsonLimits {
    if (bytesMax < 1) {
      throw new IllegalArgumentException("bytesMax: expected at least 1, got " + bytesMax);
    }
    if (depthMax < 0 || depthMax > DEPTH_LIMIT_MAX) {
      throw new IllegalArgumentException(
          "depthMax: expected 0 to " + DEPTH_LIMIT_MAX + ", got " + depthMax);
    }
  }
}
