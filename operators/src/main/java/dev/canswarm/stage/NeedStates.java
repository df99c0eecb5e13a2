package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A cache of the NEEDs of one partition that were worked on last, least recently used out first. An
 * evicted state leaves a stub with the parts that the store does not hold; of stubs without effects
 * the oldest are dropped. Used by one lane.
 */
final class NeedStates {
  /** Number of stubs for each complete state. */
  private static final int STUBS_FACTOR = 8;

  /**
   * Number of NEEDs kept whole after their end. A late copy or vote of a cached NEED needs no store
   * read; a larger cache would only add GC work.
   */
  static final int SETTLED_MAX = 64;

  private final LinkedHashMap<String, NeedState> whole = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<String, NeedState> stubs = new LinkedHashMap<>();
  private final LinkedHashMap<String, NeedState> settled = new LinkedHashMap<>();
  private final Map<String, Long> bytesOf = new HashMap<>();
  private final int entriesMax;
  private final long bytesMax;
  private long bytes;

  /**
   * @param entriesMax most complete states kept between turns
   * @param bytesMax most bytes of these, approximately
   */
  NeedStates(int entriesMax, long bytesMax) {
    this.entriesMax = entriesMax;
    this.bytesMax = bytesMax;
  }

  /** Returns the state of a NEED; creates it if there is none. */
  NeedState get(NeedId needId, ThreadId threadId) {
    String key = NeedState.keyOf(needId, threadId);
    NeedState state = whole.get(key);
    if (state == null) {
      NeedState stub = stubs.remove(key);
      state = stub == null ? new NeedState(needId, threadId) : stub;
      whole.put(key, state);
    }
    return state;
  }

  /** Removes a NEED that never existed, or is not needed any more. */
  void drop(String key) {
    whole.remove(key);
    stubs.remove(key);
    settled.remove(key);
    Long known = bytesOf.remove(key);
    bytes -= known == null ? 0 : known;
  }

  /** Evicts states over the bounds, except those that the last turn used. */
  void trim(Collection<String> used) {
    for (String key : used) {
      NeedState state = whole.get(key);
      if (state != null) {
        long now = state.bytes();
        Long before = bytesOf.put(key, now);
        bytes += now - (before == null ? 0 : before);
      }
    }
    if (isOver()) {
      evict(new HashSet<>(used));
      forget();
    }
  }

  /**
   * Keeps a NEED that is over, and of which nothing is to come any more, as one of the last {@value
   * #SETTLED_MAX} such NEEDs; the oldest of them is dropped.
   */
  void settled(NeedState state) {
    settled.remove(state.key());
    settled.put(state.key(), state);
    if (settled.size() > SETTLED_MAX) {
      NeedState eldest = settled.values().iterator().next();
      settled.remove(eldest.key());
      if (eldest.isSettled() && whole.get(eldest.key()) == eldest) {
        drop(eldest.key());
      }
    }
  }

  private boolean isOver() {
    return whole.size() > entriesMax || bytes > bytesMax;
  }

  private void evict(Set<String> used) {
    Iterator<NeedState> eldest = whole.values().iterator();
    while (isOver() && eldest.hasNext()) {
      NeedState state = eldest.next();
      if (!used.contains(state.key())) {
        eldest.remove();
        evicted(state);
      }
    }
  }

  private void evicted(NeedState state) {
    Long known = bytesOf.remove(state.key());
    bytes -= known == null ? 0 : known;
    settled.remove(state.key());
    if (!state.isClosed() || state.hasEffects()) {
      state.evict();
      stubs.put(state.key(), state);
    }
  }

  private void forget() {
    int stubsMax = STUBS_FACTOR * entriesMax;
    Iterator<NeedState> eldest = stubs.values().iterator();
    while (stubs.size() > stubsMax && eldest.hasNext()) {
      if (!eldest.next().hasEffects()) {
        eldest.remove();
      }
    }
  }

  int size() {
    return whole.size();
  }
}
