package dev.canswarm.simulation.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The endless order of faults, in rounds. A round has each kind as often as its {@link
 * ChaosFault#share}: first one of every kind, so that a short run has them all, then the others;
 * both parts are in an order that a seed chooses. Not thread-safe.
 */
final class FaultOrder {
  private final SplittableRandom random;
  private final List<ChaosFault> round = new ArrayList<>();

  FaultOrder(SplittableRandom random) {
    this.random = random;
  }

  /** Returns the next fault. */
  ChaosFault next() {
    if (round.isEmpty()) {
      fill();
    }
    return round.remove(round.size() - 1);
  }

  /** Faults are taken from the end, so what comes first is added last. */
  private void fill() {
    for (ChaosFault fault : ChaosFault.values()) {
      for (int i = 1; i < fault.share(); i++) {
        insert(0, fault);
      }
    }
    int others = round.size();
    for (ChaosFault fault : ChaosFault.values()) {
      insert(others, fault);
    }
  }

  private void insert(int from, ChaosFault fault) {
    round.add(from + random.nextInt(round.size() - from + 1), fault);
  }
}
