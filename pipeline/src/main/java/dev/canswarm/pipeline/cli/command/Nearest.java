package dev.canswarm.pipeline.cli.command;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the nearest known name to a misspelt one. */
final class Nearest {
  private Nearest() {}

  /**
   * Returns the candidate with the smallest edit distance, if that is less than half of the text's
   * length.
   */
  static Optional<String> to(String text, Collection<String> candidates) {
    return candidates.stream()
        .min(
            Comparator.<String>comparingInt(candidate -> distance(text, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .filter(candidate -> 2 * distance(text, candidate) < text.length());
  }

  /** Returns the edit distance: insertions, removals and replacements. */
  static int distance(String a, String b) {
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
      }
      last = row;
    }
    return last[b.length()];
  }
}
