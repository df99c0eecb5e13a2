package dev.canswarm.crypto;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A cache of recently used entries, in two generations: when the young one is full it becomes the
 * old one, whose unused entries are then dropped. Holds at most about twice {@code generationMax}
 * entries (threads that race may each add one more). Thread-safe, without locks on a hit.
 */
final class BoundedCache<K, V> {
  private final int generationMax;
  private volatile Generations<K, V> generations = new Generations<>();

  BoundedCache(int generationMax) {
    this.generationMax = generationMax;
  }

  /** Returns the cached value, or makes and caches it; what {@code make} throws is passed on. */
  V get(K key, Function<? super K, ? extends V> make) {
    Generations<K, V> now = generations;
    V value = now.young.get(key);
    if (value != null) {
      return value;
    }
    value = now.old.get(key);
    if (value == null) {
      value = make.apply(key);
    }
    add(key, value);
    return value;
  }

  int size() {
    Generations<K, V> now = generations;
    return now.young.size() + now.old.size();
  }

  private void add(K key, V value) {
    Generations<K, V> now = generations;
    if (now.young.mappingCount() >= generationMax) {
      synchronized (this) {
        if (now == generations) {
          generations = new Generations<>(new ConcurrentHashMap<>(), now.young);
        }
      }
      now = generations;
    }
    now.young.put(key, value);
  }

  private record Generations<K, V>(ConcurrentHashMap<K, V> young, ConcurrentHashMap<K, V> old) {
    Generations() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }
  }
}
