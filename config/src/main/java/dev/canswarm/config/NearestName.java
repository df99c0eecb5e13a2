package dev.canswarm.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the closest known name for a misspelt one. Stateless. */
public final class NearestName {
  private NearestName() {}

  /**
   * Returns the candidate with the smallest edit distance; among equals, the first in natural
   * order.
   *
   * @param candidates at least one
   */
  static String of(String name, Collection<String> candidates) {
    return candidates.stream()
        .min(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /**
   * Returns the candidate with the smallest edit distance, unless that is half of the text's length
   * or more, so that a person would not recognise the text in it; among equals, the first in
   * natural order.
   */
  public static Optional<String> near(String text, Collection<String> candidates) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(of(text, candidates))
            .filter(candidate -> 2 * distance(text, candidate) < text.length());
  }

  /**
   * Returns the edit distance in its optimal string alignment form: the number of insertions,
   * deletions, substitutions and swaps of neighbours that turn one text into the other.
   */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
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
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
