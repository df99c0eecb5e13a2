package dev.canswarm.simulation.checker;

import java.util.ArrayList;
import java.util.List;

/** Counts all violations and keeps the first {@link CheckerReport#VIOLATIONS_MAX}. Thread-safe. */
final class ViolationCollector {
  private final List<Violation> first = new ArrayList<>();
  private long count;

  synchronized void add(String invariant, String what) {
    count++;
    if (first.size() < CheckerReport.VIOLATIONS_MAX) {
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
