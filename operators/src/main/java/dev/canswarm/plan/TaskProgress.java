package dev.canswarm.plan;

import java.util.Comparator;

/**
 * A task's state, compared by attempt first and state second: a second attempt rises over a
 * rejected first.
 *
 * @param attempt from 1; 0 for a draft that nobody decided
 */
public record TaskProgress(int attempt, TaskState state) implements Comparable<TaskProgress> {
  /** Where every task begins. */
  public static final TaskProgress START = new TaskProgress(0, TaskState.DRAFT);

  private static final Comparator<TaskProgress> ORDER =
      Comparator.comparingInt(TaskProgress::attempt).thenComparing(TaskProgress::state);

  @Override
  public int compareTo(TaskProgress other) {
    return ORDER.compare(this, other);
  }

  /** The higher of the two. */
  public TaskProgress join(TaskProgress other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
