package dev.canswarm.protocol.payload;

import dev.canswarm.json.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * The form of a text for people, such as a member {@code error} with the failure that ended an
 * attempt, or {@code reason} with the reason for which a NEED was cancelled: 1 to {@link
 * #CHARS_MAX} code points, none of which controls a terminal or the direction of text. The list of
 * these is written out, so that it is the same on every JDK and in every language. Stateless.
 */
public final class ErrorText {
  /** Most code points of a text. */
  public static final int CHARS_MAX = 1024;

  private static final String LINE_BREAK = " | ";
  private static final String CUT = " … ";
  private static final int REPLACEMENT = 0xfffd;

  /** Code points kept from the end of a text that is too long, where causes are. */
  private static final int TAIL_CHARS = 512;

  private ErrorText() {}

  /**
   * Returns the text in this form: code points that are not allowed are replaced, line breaks
   * become bars, and the middle of a text that is too long is left out.
   */
  public static String of(String text) {
    String line = String.join(LINE_BREAK, text.strip().lines().map(String::stripTrailing).toList());
    int[] points = line.codePoints().map(ErrorText::visible).toArray();
    if (points.length == 0) {
      return "no reason given";
    }
    if (points.length <= CHARS_MAX) {
      return new String(points, 0, points.length);
    }
    int head = CHARS_MAX - CUT.length() - TAIL_CHARS;
    return new String(points, 0, head)
        + CUT
        + new String(points, points.length - TAIL_CHARS, TAIL_CHARS);
  }

  private static int visible(int point) {
    if (point == '\t') {
      return ' ';
    }
    return isAllowed(point) ? point : REPLACEMENT;
  }

  /**
   * Whether a code point is allowed in the text. Not allowed are C0, DEL, C1, the line and
   * paragraph separators, the marks, embeddings, overrides and isolates of bidirectional text, and
   * halves of a surrogate pair.
   */
  public static boolean isAllowed(int point) {
    boolean isControl = point < 0x20 || (point >= 0x7f && point <= 0x9f);
    boolean isSeparator = point == 0x2028 || point == 0x2029;
    boolean isBidi =
        point == 0x61c
            || point == 0x200e
            || point == 0x200f
            || (point >= 0x202a && point <= 0x202e)
            || (point >= 0x2066 && point <= 0x2069);
    boolean isSurrogate = point >= 0xd800 && point <= 0xdfff;
    return !isControl && !isSeparator && !isBidi && !isSurrogate;
  }

  /** Whether a text has this form. */
  public static boolean fits(String text) {
    return hasLength(text) && text.codePoints().allMatch(ErrorText::isAllowed);
  }

  private static boolean hasLength(String text) {
    return !text.isEmpty() && text.codePoints().count() <= CHARS_MAX;
  }

  /**
   * Reads the optional member {@code error}; null if there is none.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  static @Nullable String read(ObjectReader reader) {
    return read(reader, "error");
  }

  /**
   * Reads an optional member of this form; null if there is none.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  static @Nullable String read(ObjectReader reader, String member) {
    String text = reader.optionalString(member);
    if (text == null) {
      return null;
    }
    if (!hasLength(text)) {
      throw reader.mismatch(member, "1 to " + CHARS_MAX + " characters", text);
    }
    if (!text.codePoints().allMatch(ErrorText::isAllowed)) {
      throw reader.mismatch(member, "no characters that control a terminal", text);
    }
    return text;
  }
}
