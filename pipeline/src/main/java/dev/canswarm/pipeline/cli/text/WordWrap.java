package dev.canswarm.pipeline.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Breaks lines only between words. A word that is longer than a line stays whole, so that a hash, a
 * path or a command can be copied.
 */
public final class WordWrap {
  /** Largest indent of a continued line, as a share of the width: a deeper one leaves no room. */
  private static final double HANG_OF_LINE_MAX = 0.6;

  private static final int HANG_IN_TEXT = 2;

  private WordWrap() {}

  /**
   * Returns a row of a list in lines of at most {@code columns} columns. Continued lines are
   * indented to the last column of the row that begins in the first 60 % of the line. If there is
   * no such column, or a word would not fit there, they are indented by two.
   */
  public static List<String> row(String row, int columns) {
    if (width(row) <= columns) {
      return List.of(row);
    }
    int least = skip(row, 0, true) + HANG_IN_TEXT;
    int hang = hang(row, columns, least);
    boolean room = Arrays.stream(row.split(" ")).noneMatch(word -> hang + width(word) > columns);
    return lines(row, columns, room ? hang : least);
  }

  /**
   * Text in lines of at most so many columns, the first of which keeps its leading spaces.
   *
   * @param hang spaces before all but the first line
   */
  public static List<String> lines(String text, int columns, int hang) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    boolean blank = true;
    for (int at = 0; at < text.length(); ) {
      int wordAt = skip(text, at, true);
      int end = skip(text, wordAt, false);
      String gap = text.substring(at, wordAt);
      String word = text.substring(wordAt, end);
      if (!blank && width(line) + gap.length() + width(word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(" ".repeat(hang));
      } else {
        line.append(gap);
      }
      line.append(word);
      blank = false;
      at = end;
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  private static int hang(String row, int columns, int least) {
    int hang = least;
    int max = (int) (columns * HANG_OF_LINE_MAX);
    for (int at = hang; at <= max && at < row.length(); at++) {
      if (row.charAt(at) != ' ' && row.startsWith("  ", at - 2)) {
        hang = width(row.substring(0, at));
      }
    }
    return hang;
  }

  /** The first place from there that is not a space, or that is one. */
  private static int skip(String text, int from, boolean spaces) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ' == spaces) {
      at++;
    }
    return at;
  }

  private static int width(CharSequence text) {
    return Character.codePointCount(text, 0, text.length());
  }
}
