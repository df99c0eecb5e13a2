package dev.canswarm.task;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The task types that this process knows. Immutable. */
public final class TaskRegistry {
  private final SortedMap<String, TaskHandler> handlers;

  private TaskRegistry(SortedMap<String, TaskHandler> handlers) {
    this.handlers = handlers;
  }

  /**
   * A registry of these handlers.
   *
   * @throws IllegalArgumentException when two have the same type
   */
  public static TaskRegistry of(Collection<? extends TaskHandler> handlers) {
    TreeMap<String, TaskHandler> byType = new TreeMap<>();
    for (TaskHandler handler : handlers) {
      TaskHandler other = byType.putIfAbsent(handler.type(), handler);
      if (other != null) {
        throw new IllegalArgumentException(
            "task type "
                + handler.type()
                + " is offered twice: by "
                + other.getClass().getName()
                + " and "
                + handler.getClass().getName());
      }
    }
    return new TaskRegistry(Collections.unmodifiableSortedMap(byType));
  }

  /** The handler of a type, or empty. */
  public Optional<TaskHandler> handler(String type) {
    return Optional.ofNullable(handlers.get(type));
  }

  /** All types, sorted. */
  public SortedSet<String> types() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(handlers.keySet()));
  }
}
