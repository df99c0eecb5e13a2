package dev.canswarm.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings I-JSON into canonical form in one pass: every token is checked and written as it comes,
 * and where the members of an object came out of order, the bytes written for them are put in order
 * at its end. It keeps offsets, and no tree. It gives no reasons; {@link StrictJson} does. Recurses
 * once per level of nesting. For one text; not thread-safe.
 */
final class Rewriter {
  /** Nothing but a number can be longer in canonical form, and none is longer than this. */
  private static final int NUMBER_BYTES_MAX = 32;

  /** Free space in the output, so that whole words can be written. */
  private static final int SLACK_BYTES = NUMBER_BYTES_MAX + CanonicalString.WORD_BYTES;

  private final byte[] in;
  private int at;

  /** Always with room for as many bytes as are still to be read, and one word. */
  private byte[] out;

  private int length;
  private final MemberOrder members;
  private @Nullable NumberReader numbers;
  private @Nullable CanonicalWriter numberWriter;

  private Rewriter(byte[] in) {
    this.in = in;
    this.out = new byte[in.length + SLACK_BYTES];
    this.members = new MemberOrder(in.length);
  }

  /**
   * The canonical form, or null if the input is not I-JSON or past a limit, and where so many
   * levels of it are out of order that the tree is the better way.
   */
  static byte @Nullable [] rewrite(byte[] in, JsonLimits limits) {
    if (in.length > limits.bytesMax()) {
      return null;
    }
    var rewriter = new Rewriter(in);
    return rewriter.value(limits.depthMax()) && rewriter.peek() < 0
        ? Arrays.copyOf(rewriter.out, rewriter.length)
        : null;
  }

  private boolean value(int levels) {
    int b = peek();
    return switch (b) {
      case '"' -> string();
      case '{' -> levels > 0 && object(levels - 1);
      case '[' -> levels > 0 && array(levels - 1);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> (b == '-' || b >= '0' && b <= '9') && number();
    };
  }

  /** Skips white space; the next byte, or -1 at the end. It is not taken. */
  private int peek() {
    while (at < in.length) {
      byte b = in[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b & 0xff;
      }
      at++;
    }
    return -1;
  }

  /** Takes and writes the byte that {@link #peek} showed. */
  private void take() {
    out[length++] = in[at++];
  }

  /** Takes and writes the bytes before an offset. */
  private void copy(int end) {
    length = CanonicalString.copy(in, at, end, out, length);
    at = end;
  }

  private boolean literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at == in.length || in[at] != word.charAt(i)) {
        return false;
      }
      take();
    }
    return true;
  }

  private boolean array(int levels) {
    take();
    if (peek() == ']') {
      take();
      return true;
    }
    while (value(levels)) {
      int next = peek();
      if (next != ',' && next != ']') {
        return false;
      }
      take();
      if (next == ']') {
        return true;
      }
    }
    return false;
  }

  private boolean object(int levels) {
    take();
    if (peek() == '}') {
      take();
      return true;
    }
    int mark = members.mark();
    while (peek() == '"') {
      int name = length + 1;
      if (!string()) {
        return false;
      }
      members.add(out, name, length - 1);
      if (peek() != ':') {
        return false;
      }
      take();
      if (!value(levels)) {
        return false;
      }
      members.end(length);
      int next = peek();
      if (next != ',' && next != '}') {
        return false;
      }
      if (next == '}') {
        boolean distinct = members.arrange(out, mark);
        take();
        return distinct;
      }
      take();
    }
    return false;
  }

  private boolean string() {
    take();
    while (true) {
      int end = CanonicalString.copyPlain(in, at, out, length);
      length += end - at;
      at = end;
      if (at == in.length) {
        return false;
      }
      byte b = in[at];
      if (b == '"') {
        take();
        return true;
      }
      if (b < 0) {
        int sequence = Utf8.wellFormedLength(in, at);
        if (sequence == 0) {
          return false;
        }
        copy(at + sequence);
      } else if (b != '\\' || !escape()) {
        return false;
      }
    }
  }

  private boolean escape() {
    if (at + 1 == in.length) {
      return false;
    }
    int character =
        switch (in[at + 1]) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '/' -> '/';
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unicode(at + 2);
          default -> -1;
        };
    if (character < 0) {
      return false;
    }
    at += in[at + 1] != 'u' ? 2 : character < 0x10000 ? 6 : 12;
    length = CanonicalWriter.character(character, out, length);
    return true;
  }

  /** The code point of the digits of one escape, or of two that are a surrogate pair, or -1. */
  private int unicode(int digits) {
    int unit = fourHex(digits);
    if (unit < 0xd800 || unit > 0xdfff) {
      return unit;
    }
    boolean pair =
        unit < 0xdc00 && digits + 6 <= in.length && in[digits + 4] == '\\' && in[digits + 5] == 'u';
    int low = pair ? fourHex(digits + 6) : -1;
    return low >= 0xdc00 && low <= 0xdfff ? Character.toCodePoint((char) unit, (char) low) : -1;
  }

  private int fourHex(int start) {
    if (start + 4 > in.length) {
      return -1;
    }
    int unit = 0;
    for (int i = start; i < start + 4; i++) {
      int digit = JsonTokens.hexDigit(in[i]);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private boolean number() {
    int end = CanonicalNumber.end(in, at);
    if (end >= 0) {
      copy(end);
      return true;
    }
    if (numbers == null || numberWriter == null) {
      numbers = new NumberReader();
      numberWriter = new CanonicalWriter(NUMBER_BYTES_MAX);
    }
    try {
      at = numbers.read(in, at);
    } catch (JsonException refused) {
      return false;
    }
    byte[] written = numberWriter.clear().number(numbers.value()).toBytes();
    int needed = length + written.length + in.length - at + CanonicalString.WORD_BYTES;
    if (needed > out.length) {
      out = Arrays.copyOf(out, needed + needed / 2);
    }
    System.arraycopy(written, 0, out, length, written.length);
    length += written.length;
    return true;
  }
}
