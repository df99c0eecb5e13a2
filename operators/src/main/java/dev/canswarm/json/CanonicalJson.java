package dev.canswarm.json;

import java.util.Map;

/**
 * The canonical form of RFC 8785 (JCS): the same bytes for the same value, on every JVM. What it
 * writes, {@link StrictJson} reads. Stateless and thread-safe.
 */
public final class CanonicalJson {
  private CanonicalJson() {}

  /**
   * The canonical form of a JSON text. Input that is canonical already, the usual case, is
   * recognised in one pass and returned as it is: the same array, not a copy.
   *
   * @throws JsonException if the input is not I-JSON, or past a limit
   */
  public static byte[] canonicalize(byte[] utf8, JsonLimits limits) {
    if (CanonicalScan.isCanonical(utf8, limits)) {
      return utf8;
    }
    byte[] rewritten = Rewriter.rewrite(utf8, limits);
    // Fall back to the full parser: its error says why and where the text is refused.
    return rewritten == null ? write(StrictJson.parse(utf8, limits)) : rewritten;
  }

  /** Whether this is a canonical text within the limits, so that its bytes can be hashed. */
  public static boolean isCanonical(byte[] utf8, JsonLimits limits) {
    return CanonicalScan.isCanonical(utf8, limits);
  }

  /**
   * The canonical form, in UTF-8.
   *
   * @throws IllegalArgumentException for a value that is not I-JSON and that no reader made: a lone
   *     surrogate, a number whose plain digits exceed 2^53 - 1, nesting past {@link
   *     JsonLimits#DEPTH_LIMIT_MAX}
   */
  public static byte[] write(JsonValue value) {
    return write(value, JsonLimits.DEPTH_LIMIT_MAX);
  }

  /**
   * The canonical form of a value that is nested at most so deep.
   *
   * @param depthMax arrays and objects open at once, at most {@link JsonLimits#DEPTH_LIMIT_MAX}
   * @throws IllegalArgumentException as {@link #write(JsonValue)}
   */
  public static byte[] write(JsonValue value, int depthMax) {
    var writer = new CanonicalWriter(256);
    write(value, depthMax, writer);
    return writer.toBytes();
  }

  /**
   * Adds the canonical form of a value to what a writer holds.
   *
   * @param depthMax as for {@link #write(JsonValue, int)}
   * @throws IllegalArgumentException as {@link #write(JsonValue)}; the writer then holds a part
   */
  public static void write(JsonValue value, int depthMax, CanonicalWriter out) {
    write(value, out, Math.min(depthMax, JsonLimits.DEPTH_LIMIT_MAX));
  }

  private static void write(JsonValue value, CanonicalWriter out, int levelsLeft) {
    if (value instanceof JsonString string) {
      out.string(string.value());
    } else if (value instanceof JsonNumber number) {
      out.number(inRange(number.value()));
    } else if (value instanceof JsonObject object) {
      object(object, out, deeper(levelsLeft));
    } else if (value instanceof JsonArray array) {
      array(array, out, deeper(levelsLeft));
    } else if (value instanceof JsonBoolean flag) {
      out.raw(flag.value() ? "true" : "false");
    } else {
      out.raw("null");
    }
  }

  private static void object(JsonObject object, CanonicalWriter out, int levelsLeft) {
    if (object.copyCanonical(out, levelsLeft + 1)) {
      return;
    }
    out.raw('{');
    boolean first = true;
    for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      out.string(member.getKey()).raw(':');
      write(member.getValue(), out, levelsLeft);
    }
    out.raw('}');
  }

  private static void array(JsonArray array, CanonicalWriter out, int levelsLeft) {
    out.raw('[');
    boolean first = true;
    for (JsonValue element : array.elements()) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      write(element, out, levelsLeft);
    }
    out.raw(']');
  }

  private static double inRange(double value) {
    double magnitude = Math.abs(value);
    if (magnitude > JsonNumber.SAFE_INTEGER_MAX && magnitude < NumberReader.PLAIN_DIGITS_END) {
      throw new IllegalArgumentException(
          "expected a number within 2^53-1 or from 1e21 on, got " + value);
    }
    return value;
  }

  private static int deeper(int levelsLeft) {
    if (levelsLeft <= 0) {
      throw new IllegalArgumentException("expected fewer arrays and objects within each other");
    }
    return levelsLeft - 1;
  }
}
