package dev.canswarm.pipeline.cli.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Makes untrusted text safe for a terminal. Control characters (C0, DEL, C1), characters that
 * change the direction of writing or are invisible, line and paragraph separators, and halves of
 * surrogate pairs are replaced by escapes such as {@code \u001b}, since a terminal would act on
 * them.
 */
public final class Printable {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;
  private static final int SOFT_HYPHEN = 0xad;

  private Printable() {}

  /** A value that is part of a line: line ends and tabs are escaped too. */
  public static String value(String text) {
    return escaped(text, Printable::isUnsafe);
  }

  /** Text of several lines: line feeds and tabs stay. */
  public static String lines(String text) {
    return escaped(text, c -> c != '\n' && c != '\t' && isUnsafe(c));
  }

  /** Bytes that should be UTF-8 text of several lines; other bytes become U+FFFD. */
  public static String lines(byte[] utf8) {
    return lines(new String(utf8, StandardCharsets.UTF_8));
  }

  /** Whether a terminal may do something else than show the code point. */
  public static boolean isUnsafe(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // Scripts and emoji need the joiners.
      case Character.FORMAT ->
          codePoint != ZERO_WIDTH_NON_JOINER
              && codePoint != ZERO_WIDTH_JOINER
              && codePoint != SOFT_HYPHEN;
      default -> false;
    };
  }

  private static String escaped(String text, IntPredicate unsafe) {
    if (text.codePoints().noneMatch(unsafe)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (!unsafe.test(c)) {
                safe.appendCodePoint(c);
              } else if (Character.isBmpCodePoint(c)) {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                safe.append(String.format(Locale.ROOT, "\\U%08x", c));
              }
            });
    return safe.toString();
  }
}
