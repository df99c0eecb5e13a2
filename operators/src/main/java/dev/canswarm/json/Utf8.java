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

  /** Length of the well-formed sequence of two to four bytes at {@code at}; 0 if there is none. */
  static int wellFormedLength(byte[] in, int at) {
    int length = lengthFromLead(in[at]);
    if (length == 0 || at + length > in.length) {
      return 0;
    }
    int second = in[at + 1];
    if (second >= -0x40) {
      return 0;
    }
    if (length == 2) {
      return 2;
    }
    if (in[at + 2] >= -0x40 || length == 4 && in[at + 3] >= -0x40) {
      return 0;
    }
    // The lead bytes after which the second one's range is narrower (Unicode, table 3-7).
    boolean wellFormed =
        switch (in[at] & 0xff) {
          case 0xe0 -> second >= -0x60;
          case 0xed -> second < -0x60;
          case 0xf0 -> second >= -0x70;
          case 0xf4 -> second < -0x70;
          default -> true;
        };
    return wellFormed ? length : 0;
  }

  /** Length of the sequence that a byte leads; 0 if it leads none. */
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
