package dev.canswarm.stage;

import dev.canswarm.policy.RoleName;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The NEEDs of one lane that count as open: stored, not over, and heard of lately. A NEED of which
 * nothing was heard for a while can only wait for a timer; it is parked and does not count until
 * something comes for it. Used by one lane.
 */
final class OpenCount {
  /** A NEED without news for so long is parked. */
  static final long PARKED_AFTER_MILLIS = 10_000;

  /**
   * A NEED that counts.
   *
   * @param heardMillis when something came for it, or when it was found in the store
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

  /** Under another assignment the count begins anew, with what {@link #found} adds. */
  void follow(long newAssignment) {
    if (assignment != newAssignment) {
      assignment = newAssignment;
      counted.clear();
      delivered = 0;
    }
  }

  /**
   * NEEDs that the store says were open when this process got the partition.
   *
   * @param ofAssignment under which the store was asked
   */
  void found(long ofAssignment, Collection<String> keys, long nowMillis) {
    if (assignment == ofAssignment) {
      keys.forEach(key -> counted.putIfAbsent(key, new Counted(nowMillis, false)));
    }
  }

  /** A turn of the NEED is done. */
  void heard(NeedState state, long nowMillis) {
    if (state.full().finalized() != null) {
      forget(counted.remove(state.key()));
    } else if (state.full().need() != null) {
      boolean isDelivered = state.viewFor(RoleName.PLANNER).need() != null;
      forget(counted.put(state.key(), new Counted(nowMillis, isDelivered)));
      delivered += isDelivered ? 1 : 0;
    }
  }

  private void forget(@Nullable Counted before) {
    if (before != null && before.isDelivered()) {
      delivered--;
    }
  }

  /** Parks what is quiet, and tells the gate how many count now. */
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

  /** Whether nothing counts; from any thread. */
  boolean isEmpty() {
    return isEmpty;
  }
}
