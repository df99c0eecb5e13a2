package dev.canswarm.stage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The NEEDs that this process worked on last, least recently used out first. What falls out is read
 * from the store again. Thread-safe.
 */
final class NeedCache {
  private final LinkedHashMap<String, NeedEntry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final int entriesMax;

  NeedCache(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  synchronized @Nullable NeedEntry get(String key) {
    return entries.get(key);
  }

  synchronized void put(NeedEntry entry) {
    entries.put(entry.key(), entry);
    if (entries.size() > entriesMax) {
      Map.Entry<String, NeedEntry> eldest = entries.entrySet().iterator().next();
      entries.remove(eldest.getKey());
    }
  }

  /** Forgets what may be wrong after a failure that may have left a NEED half done. */
  synchronized void forget(String key) {
    entries.computeIfPresent(key, (same, entry) -> entry.afterFailure());
  }

  /** Drops what is no longer needed. */
  synchronized void drop(String key) {
    entries.remove(key);
  }

  synchronized int size() {
    return entries.size();
  }
}
