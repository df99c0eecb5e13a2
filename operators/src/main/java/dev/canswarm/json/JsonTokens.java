package dev.canswarm.json;

import dev.canswarm.json.JsonException.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The tokens of RFC 8259 over a byte array, checked as they are read: a cursor that knows strings,
 * numbers and literals, but not how they nest. Not thread-safe.
 */
class JsonTokens {
  /** A byte order mark, which RFC 8259 section 8.1 forbids and many editors write. */
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  final byte[] in;
  final JsonLimits limits;
  int at;

  private final NumberReader numbers = new NumberReader();

  JsonTokens(byte[] in, JsonLimits limits) {
    this.in = in;
    this.limits = limits;
    if (in.length > limits.bytesMax()) {
      throw JsonException.at(
          limits.bytesMax(),
          Problem.TOO_LARGE,
          "expected at most " + limits.bytesMax() + " bytes, got " + in.length);
    }
    if (in.length >= 3
        && in[0] == BYTE_ORDER_MARK[0]
        && in[1] == BYTE_ORDER_MARK[1]
        && in[2] == BYTE_ORDER_MARK[2]) {
      throw JsonException.at(0, Problem.BAD_UTF8, "expected a value, got a byte order mark");
    }
  }

  /** Skips white space and returns the next byte without taking it. */
  final int peek(String expected) {
    skipSpace();
    if (at == in.length) {
      throw truncated(expected);
    }
    return in[at] & 0xff;
  }

  final void skipSpace() {
    while (at < in.length && isSpace(in[at])) {
      at++;
    }
  }

  final void end() {
    skipSpace();
    if (at < in.length) {
      throw JsonException.expected(
          at, Problem.TRAILING_BYTES, "the end of the input", shown(in[at]));
    }
  }

  final void enter(int depth) {
    if (depth > limits.depthMax()) {
      throw JsonException.expected(
          at,
          Problem.TOO_DEEP,
          String.format(Locale.ROOT, "at most %d levels", limits.depthMax()),
          "more");
    }
  }

  final void literal(String word) {
    int start = at;
    for (int i = 0; i < word.length(); i++, at++) {
      if (at == in.length) {
        throw truncated(word);
      }
      if (in[at] != word.charAt(i)) {
        throw JsonException.expected(
            at,
            Problem.SYNTAX,
            String.format(Locale.ROOT, "%s from byte %d", word, start),
            shown(in[at]));
      }
    }
  }

  final double number() {
    at = numbers.read(in, at);
    return numbers.value();
  }

  /** Reads a string whose opening quote is next. */
  final String string() {
    int start = at + 1;
    int end = CanonicalString.plainEnd(in, start);
    if (end < in.length && in[end] == '"') {
      at = end + 1;
      return new String(in, start, end - start, StandardCharsets.ISO_8859_1);
    }
    if (end < in.length && in[end] < 0) {
      int closed = CanonicalString.unescapedEnd(in, end);
      if (closed >= 0) {
        at = closed;
        return new String(in, start, closed - 1 - start, StandardCharsets.UTF_8);
      }
    }
    return respelled(start, end);
  }

  /** A string with escapes, or with something in it that is refused; plain up to {@code end}. */
  private String respelled(int start, int end) {
    var text = new StringBuilder(Math.max(16, 2 * (end - start)));
    text.append(new String(in, start, end - start, StandardCharsets.ISO_8859_1));
    at = end;
    while (true) {
      if (at == in.length) {
        throw truncated("the end of a string");
      }
      byte b = in[at];
      if (b == '"') {
        at++;
        return text.toString();
      } else if (b == '\\') {
        escape(text);
      } else if (b < 0) {
        text.appendCodePoint(Utf8.codePoint(in, at));
        at += Utf8.lengthFromLead(b);
      } else if (b < 0x20) {
        throw JsonException.expected(
            at, Problem.SYNTAX, "a control character to be escaped", shown(b));
      } else {
        text.append((char) b);
        at++;
      }
    }
  }

  private void escape(StringBuilder text) {
    int start = at;
    if (at + 1 == in.length) {
      at++;
      throw truncated("the rest of an escape");
    }
    byte b = in[at + 1];
    at += 2;
    switch (b) {
      case '"', '\\', '/' -> text.append((char) b);
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'u' -> unicodeEscape(text, start);
      default ->
          throw JsonException.expected(start + 1, Problem.SYNTAX, "one of \"\\/bfnrtu", shown(b));
    }
  }

  private void unicodeEscape(StringBuilder text, int start) {
    char unit = fourHex();
    if (Character.isLowSurrogate(unit)) {
      throw loneSurrogate(start, unit);
    }
    text.append(unit);
    if (Character.isHighSurrogate(unit)) {
      if (at + 1 >= in.length || in[at] != '\\' || in[at + 1] != 'u') {
        throw loneSurrogate(start, unit);
      }
      at += 2;
      char low = fourHex();
      if (!Character.isLowSurrogate(low)) {
        throw loneSurrogate(start, unit);
      }
      text.append(low);
    }
  }

  private char fourHex() {
    int unit = 0;
    for (int i = 0; i < 4; i++, at++) {
      if (at == in.length) {
        throw truncated("four hex digits");
      }
      int digit = hexDigit(in[at]);
      if (digit < 0) {
        throw JsonException.expected(at, Problem.SYNTAX, "a hex digit", shown(in[at]));
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  final JsonException truncated(String expected) {
    return JsonException.expected(in.length, Problem.TRUNCATED, expected, "the end of the input");
  }

  private static JsonException loneSurrogate(int start, char unit) {
    return JsonException.expected(
        start,
        Problem.LONE_SURROGATE,
        "a surrogate pair",
        String.format(Locale.ROOT, "\\u%04x alone", (int) unit));
  }

  static int hexDigit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** Returns a printable form of a byte. */
  static String shown(byte b) {
    return b > 0x20 && b < 0x7f
        ? String.format(Locale.ROOT, "'%c'", (char) b)
        : String.format(Locale.ROOT, "byte 0x%02x", b & 0xff);
  }
}
