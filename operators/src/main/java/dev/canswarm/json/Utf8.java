package dev.canswarm.json;

import dev.canswarm.json.JsonException.Problem;

/**
 * Well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates, nothing past U+10FFFF.
 */
final class Utf8 {
  private Utf8() {}

  /**
   * The code point whose sequence of two to four bytes begins at {@code at}.
   *
   * @throws JsonException BAD_UTF8 at {@code at} when it is not well formed; TRUNCATED when the
   *     input ends within it
   */
  static int codePoint(byte[] in, int at) {
    int lead = in[at] & 0xff;
    int length = lengthFromLead(in[at]);
    if (length == 0) {
      throw bad(at, lead, "a lead byte");
    }
    int point = lead & 0x7f >> length;
    for (int i = 1; i < length; i++) {
      if (at + i == in.length) {
        throw JsonException.at(
            in.length, Problem.TRUNCATED, "expected the rest of a UTF-8 sequence, got the end");
      }
      int next = in[at + i] & 0xff;
      if ((next & 0xc0) != 0x80) {
        throw bad(at, next, "a continuation byte");
      }
      point = point << 6 | next & 0x3f;
    }
    if (length == 3 && point < 0x800 || length == 4 && point < 0x10000) {
      throw bad(at, lead, "the shortest form");
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      throw bad(at, lead, "a scalar value, not a surrogate,");
    }
    if (point > 0x10ffff) {
      throw bad(at, lead, "at most U+10FFFF");
    }
    return point;
  }

  /** Length of the sequence that a byte leads; 0 where it leads none. */
  static int lengthFromLead(byte lead) {
    int b = lead & 0xff;
    if (b >= 0xc2 && b <= 0xdf) {
      return 2;
    }
    if (b >= 0xe0 && b <= 0xef) {
      return 3;
    }
    return b >= 0xf0 && b <= 0xf4 ? 4 : 0;
  }

  private static JsonException bad(int at, int actual, String expected) {
    return JsonException.at(
        at,
        Problem.BAD_UTF8,
        "expected " + expected + " in UTF-8, got " + String.format("byte 0x%02x", actual));
  }
}
