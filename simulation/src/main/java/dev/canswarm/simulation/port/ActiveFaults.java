package dev.canswarm.simulation.port;

import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The lasting faults that are active now, and how often each kind of fault struck. Not thread-safe.
 */
public final class ActiveFaults {
  private final List<Fault.Lasting> now = new ArrayList<>();
  private final SortedMap<String, Long> struck = new TreeMap<>();

  public ActiveFaults() {
    Fault.kinds().forEach(kind -> struck.put(kind, 0L));
  }

  /** Activates a fault. */
  public void begin(Fault.Lasting fault) {
    now.add(fault);
  }

  /** Ends a fault. */
  public void end(Fault.Lasting fault) {
    now.remove(fault);
  }

  /** Counts a strike of the fault. */
  public void count(Fault fault) {
    struck.merge(fault.kind(), 1L, Long::sum);
  }

  /** Returns how often each kind of fault struck. */
  public SortedMap<String, Long> struck() {
    return Collections.unmodifiableSortedMap(struck);
  }

  /** Whether no fault is active. */
  boolean isClear() {
    return now.isEmpty();
  }

  /** Returns the active faults of a type. */
  <T extends Fault.Lasting> List<T> all(Class<T> type) {
    if (now.isEmpty()) {
      return List.of();
    }
    List<T> found = new ArrayList<>(1);
    for (Fault.Lasting fault : now) {
      if (type.isInstance(fault)) {
        found.add(type.cast(fault));
      }
    }
    return found;
  }

  /** Returns the active faults that delay tasks of a node. */
  public List<Fault.Stall> stalls(int node) {
    return all(Fault.Stall.class).stream().filter(stall -> stall.node() == node).toList();
  }

  /** Whether topics are delivered in any order now; counts a strike if so. */
  public boolean isReordering() {
    for (Fault.Reorder reorder : all(Fault.Reorder.class)) {
      count(reorder);
      return true;
    }
    return false;
  }

  /** Returns the active faults that cut a node off from a server, earliest first. */
  List<Fault.Cut> cuts(int node, Server server) {
    return all(Fault.Cut.class).stream()
        .filter(cut -> cut.node() == node && cut.server() == server)
        .toList();
  }
}
