package dev.canswarm.stage;

import dev.canswarm.envelope.ThreadId;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue that serves types in rotation, the threads of a type in rotation, and the items of a
 * thread in order of arrival: a type or thread with many items delays the others by one item per
 * round. Not thread-safe.
 */
final class FairQueue<T> {
  /** In order of service: the next type and thread are first, and go to the end once served. */
  private final Map<String, Map<ThreadId, ArrayDeque<T>>> byType = new LinkedHashMap<>();

  private int size;

  void add(String type, ThreadId thread, T item) {
    byType
        .computeIfAbsent(type, fresh -> new LinkedHashMap<>())
        .computeIfAbsent(thread, fresh -> new ArrayDeque<>())
        .add(item);
    size++;
  }

  /** Takes the next item of a type that {@code mayType} allows; null if there is none. */
  @Nullable T poll(Predicate<String> mayType) {
    String type = firstOf(mayType);
    if (type == null) {
      return null;
    }
    size--;
    Map<ThreadId, ArrayDeque<T>> byThread = taken(byType, type);
    ThreadId thread = first(byThread);
    ArrayDeque<T> waiting = taken(byThread, thread);
    T next = waiting.remove();
    if (!waiting.isEmpty()) {
      byThread.put(thread, waiting);
    }
    if (!byThread.isEmpty()) {
      byType.put(type, byThread);
    }
    return next;
  }

  /** Whether an item of a type that {@code mayType} allows waits. */
  boolean has(Predicate<String> mayType) {
    return firstOf(mayType) != null;
  }

  private @Nullable String firstOf(Predicate<String> mayType) {
    for (String type : byType.keySet()) {
      if (mayType.test(type)) {
        return type;
      }
    }
    return null;
  }

  private static <K> K first(Map<K, ?> map) {
    return map.keySet().iterator().next();
  }

  private static <K, V> V taken(Map<K, V> map, K key) {
    V value = map.remove(key);
    if (value == null) {
      throw new IllegalStateException("nothing waits for " + key);
    }
    return value;
  }

  /** Removes a waiting item; returns false if it does not wait. */
  boolean remove(String type, ThreadId thread, T item) {
    Map<ThreadId, ArrayDeque<T>> byThread = byType.get(type);
    ArrayDeque<T> waiting = byThread == null ? null : byThread.get(thread);
    if (byThread == null || waiting == null || !waiting.remove(item)) {
      return false;
    }
    size--;
    if (waiting.isEmpty()) {
      byThread.remove(thread);
    }
    if (byThread.isEmpty()) {
      byType.remove(type);
    }
    return true;
  }

  /** Returns the number of waiting items, by type. */
  Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new TreeMap<>();
    byType.forEach(
        (type, byThread) ->
            sizes.put(type, byThread.values().stream().mapToInt(ArrayDeque::size).sum()));
    return sizes;
  }

  int size() {
    return size;
  }
}
