package dev.canswarm.benchmarks.input;

import java.util.SplittableRandom;

/**
 * Generates text that resembles prose: mostly ASCII words, with occasional accents and quotes, and
 * a line break every dozen words. The length of its canonical JSON is exact.
 */
final class SampleText {
  private static final int WORD_CHARS_MIN = 2;
  private static final int WORD_CHARS_MAX = 9;
  private static final int ACCENT_EVERY = 97;
  private static final int QUOTE_EVERY = 41;
  private static final int LINE_EVERY = 12;

  private SampleText() {}

  /**
   * Returns a text whose canonical JSON string has that many bytes between its quotes.
   *
   * @param bytes 0 or more
   */
  static String ofBytes(SplittableRandom random, int bytes) {
    var text = new StringBuilder(bytes);
    int left = bytes;
    while (left > 0) {
      int word = random.nextInt(WORD_CHARS_MIN, WORD_CHARS_MAX + 1);
      for (int i = 0; i < word && left > 0; i++) {
        left -= letter(random, text, left);
      }
      left -= gap(random, text, left);
    }
    return text.toString();
  }

  /** Appends one character and returns the bytes that it takes in canonical JSON. */
  private static int letter(SplittableRandom random, StringBuilder text, int left) {
    if (left >= 2 && random.nextInt(ACCENT_EVERY) == 0) {
      text.append('é');
      return 2;
    }
    text.append((char) ('a' + random.nextInt('z' - 'a' + 1)));
    return 1;
  }

  private static int gap(SplittableRandom random, StringBuilder text, int left) {
    if (left >= 2 && random.nextInt(LINE_EVERY) == 0) {
      text.append('\n');
      return 2;
    }
    if (left >= 2 && random.nextInt(QUOTE_EVERY) == 0) {
      text.append('"');
      return 2;
    }
    if (left >= 1) {
      text.append(' ');
      return 1;
    }
    return 0;
  }
}
