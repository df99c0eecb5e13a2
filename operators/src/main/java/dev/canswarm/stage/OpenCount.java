package dev.canswarm.stage;

import dev.canswarm.protocol.Stored.Message;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the open NEEDs of one partition: stored, not over, and with a recent input. A NEED without
 * an input for a while can only wait for a timer; it is parked, and does not count until an input
 * comes for it. Used by one lane.
 */
final class OpenCount {
  /** Time without an input after which a NEED is parked. */
  static final long PARKED_AFTER_MILLIS = 10_000;

  /**
   * A NEED that counts.
   *
   * @param heardMillis time of its last input, or when it was found in the store
   * @param isDelivered whether it came from its topic, so that the roles here work on it
   */
  private record Counted(long heardMillis, boolean isDelivered) {}

  private final LinkedHashMap<String, Counted> counted = new LinkedHashMap<>(16, 0.75f, true);
  private final NeedGate gate;
  private long assignment;
  private int delivered;
  private int reportedStored;
  private int reportedDelivered;
  private volatile boolean isEmpty = true;

  OpenCount(NeedGate gate) {
    this.gate = gate;
  }

  /**
   * Sets the assignment; under a new one the count restarts with the NEEDs that {@link #found}
   * adds.
   */
  void follow(long newAssignment) {
    if (assignment != newAssignment) {
      assignment = newAssignment;
      counted.clear();
      delivered = 0;
    }
  }

  /**
   * Adds the NEEDs that the store had as open when this process got the partition.
   *
   * @param ofAssignment under which the store was asked
   */
  void found(long ofAssignment, Collection<String> keys, long nowMillis) {
    if (assignment == ofAssignment) {
      keys.forEach(key -> counted.putIfAbsent(key, new Counted(nowMillis, false)));
    }
  }

  /** Counts or removes a NEED whose turn is done. */
  void heard(NeedState state, long nowMillis) {
    Message need = state.full().need();
    if (state.full().finalized() != null) {
      forget(counted.remove(state.key()));
    } else if (need != null) {
      boolean isDelivered = !state.isHidden(need.slot());
      forget(counted.put(state.key(), new Counted(nowMillis, isDelivered)));
      delivered += isDelivered ? 1 : 0;
    }
  }

  private void forget(@Nullable Counted before) {
    if (before != null && before.isDelivered()) {
      delivered--;
    }
  }

  /** Parks NEEDs without recent input, and reports the count to the gate. */
  void report(long nowMillis) {
    Iterator<Counted> eldest = counted.values().iterator();
    while (eldest.hasNext()) {
      Counted one = eldest.next();
      if (Math.abs(nowMillis - one.heardMillis()) < PARKED_AFTER_MILLIS) {
        break;
      }
      eldest.remove();
      forget(one);
    }
    int stored = counted.size();
    isEmpty = stored == 0;
    if (stored != reportedStored || delivered != reportedDelivered) {
      gate.changed(stored - reportedStored, delivered - reportedDelivered);
      reportedStored = stored;
      reportedDelivered = delivered;
    }
  }

  /** Whether no NEED counts as open; from any thread. */
  boolean isEmpty() {
    return isEmpty;
  }
}
