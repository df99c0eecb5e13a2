package dev.canswarm.pipeline.checker;

import java.util.ArrayList;
import java.util.List;

/** Collects violations, all counted and the first kept. Thread-safe. */
final class Findings {
  private final List<Violation> first = new ArrayList<>();
  private long count;

  synchronized void add(String invariant, String what) {
    count++;
    if (first.size() < Report.VIOLATIONS_MAX) {
      first.add(new Violation(invariant, what));
    }
  }

  void require(boolean holds, String invariant, String what) {
    if (!holds) {
      add(invariant, what);
    }
  }

  synchronized List<Violation> first() {
    return List.copyOf(first);
  }

  synchronized long count() {
    return count;
  }
}
