package dev.canswarm.stage;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The NEEDs of one lane that this process worked on last, least recently used out first. What falls
 * out leaves a stub with what the store does not say; of stubs without effects the oldest are
 * forgotten. Used by one lane.
 */
final class NeedStates {
  /** Stubs for each state that is kept whole. */
  private static final int STUBS_FACTOR = 8;

  private final LinkedHashMap<String, NeedState> whole = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<String, NeedState> stubs = new LinkedHashMap<>();
  private final Map<String, Long> bytesOf = new HashMap<>();
  private final int entriesMax;
  private final long bytesMax;
  private long bytes;

  /**
   * @param entriesMax most states kept whole between turns
   * @param bytesMax most bytes of these, about
   */
  NeedStates(int entriesMax, long bytesMax) {
    this.entriesMax = entriesMax;
    this.bytesMax = bytesMax;
  }

  /** The state of a NEED, made where there is none. */
  NeedState get(String needId, String threadId) {
    String key = NeedState.keyOf(needId, threadId);
    NeedState state = whole.get(key);
    if (state == null) {
      NeedState stub = stubs.remove(key);
      state = stub == null ? new NeedState(needId, threadId) : stub;
      whole.put(key, state);
    }
    return state;
  }

  /** The NEED was never there, or is of no further interest. */
  void drop(String key) {
    whole.remove(key);
    stubs.remove(key);
    Long known = bytesOf.remove(key);
    bytes -= known == null ? 0 : known;
  }

  /** Evicts what is over the bounds, but nothing that the turn just past has used. */
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
