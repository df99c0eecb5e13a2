package dev.canswarm.json;

/**
 * Recognises canonical JSON (RFC 8785) in one pass over its bytes, without building anything: what
 * it passes is I-JSON and already in the form that is hashed. It gives no reasons; {@link
 * StrictJson} does. Recurses once per level of nesting. Stateless and thread-safe.
 */
public final class CanonicalScan {
  /** The result of the methods for bytes that are not canonical. */
  public static final int NOT_CANONICAL = -1;

  private CanonicalScan() {}

  /** Whether all of the bytes are one canonical value within the limits. */
  static boolean isCanonical(byte[] in, JsonLimits limits) {
    return in.length <= limits.bytesMax() && valueEnd(in, 0, limits.depthMax()) == in.length;
  }

  /**
   * The offset after the canonical value that begins at {@code at}.
   *
   * @param levels arrays and objects that may be open at once, at most {@link
   *     JsonLimits#DEPTH_LIMIT_MAX}
   * @return {@link #NOT_CANONICAL} where none begins, or it is nested deeper
   */
  public static int valueEnd(byte[] in, int at, int levels) {
    if (at >= in.length) {
      return NOT_CANONICAL;
    }
    byte b = in[at];
    switch (b) {
      case '"':
        return CanonicalString.end(in, at + 1);
      case '{':
        return levels > 0 ? objectEnd(in, at + 1, levels - 1) : NOT_CANONICAL;
      case '[':
        return levels > 0 ? arrayEnd(in, at + 1, levels - 1) : NOT_CANONICAL;
      case 't':
        return literalEnd(in, at, 't', 'r', 'u', 'e');
      case 'f':
        return at + 1 < in.length && in[at + 1] == 'a'
            ? literalEnd(in, at + 1, 'a', 'l', 's', 'e')
            : NOT_CANONICAL;
      case 'n':
        return literalEnd(in, at, 'n', 'u', 'l', 'l');
      default:
        return b == '-' || b >= '0' && b <= '9' ? CanonicalNumber.end(in, at) : NOT_CANONICAL;
    }
  }

  private static int literalEnd(byte[] in, int at, char a, char b, char c, char d) {
    boolean all =
        at + 4 <= in.length && in[at] == a && in[at + 1] == b && in[at + 2] == c && in[at + 3] == d;
    return all ? at + 4 : NOT_CANONICAL;
  }

  private static int arrayEnd(byte[] in, int first, int levels) {
    int at = first;
    if (at < in.length && in[at] == ']') {
      return at + 1;
    }
    while (true) {
      at = valueEnd(in, at, levels);
      if (at < 0 || at == in.length) {
        return NOT_CANONICAL;
      }
      byte next = in[at++];
      if (next != ',') {
        return next == ']' ? at : NOT_CANONICAL;
      }
    }
  }

  /** Names must rise, which also means that none comes twice. */
  private static int objectEnd(byte[] in, int first, int levels) {
    int at = first;
    if (at < in.length && in[at] == '}') {
      return at + 1;
    }
    int lastName = -1;
    int lastNameEnd = -1;
    long lastKey = 0;
    while (at < in.length && in[at] == '"') {
      int name = at + 1;
      int nameEnd = CanonicalString.end(in, name) - 1;
      if (nameEnd < 0) {
        return NOT_CANONICAL;
      }
      long key = CanonicalString.key(in, name, nameEnd);
      boolean rises =
          Long.compareUnsigned(lastKey, key) < 0
                  && CanonicalString.decides(lastKey)
                  && CanonicalString.decides(key)
              || lastName < 0
              || CanonicalString.compare(in, lastName, lastNameEnd, name, nameEnd) < 0;
      if (!rises) {
        return NOT_CANONICAL;
      }
      lastName = name;
      lastNameEnd = nameEnd;
      lastKey = key;
      at = nameEnd + 1;
      if (at >= in.length || in[at] != ':') {
        return NOT_CANONICAL;
      }
      at = valueEnd(in, at + 1, levels);
      if (at < 0 || at == in.length) {
        return NOT_CANONICAL;
      }
      byte next = in[at++];
      if (next != ',') {
        return next == '}' ? at : NOT_CANONICAL;
      }
    }
    return NOT_CANONICAL;
  }
}
