package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which lasting faults there are at this moment, and how often each kind struck. */
public final class Weather {
  private final List<Fault.Lasting> now = new ArrayList<>();
  private final SortedMap<String, Long> struck = new TreeMap<>();

  public Weather() {
    Fault.kinds().forEach(kind -> struck.put(kind, 0L));
  }

  /** It begins. */
  public void begin(Fault.Lasting fault) {
    now.add(fault);
  }

  /** It is over. */
  public void end(Fault.Lasting fault) {
    now.remove(fault);
  }

  /** It struck once more. */
  public void count(Fault fault) {
    struck.merge(fault.kind(), 1L, Long::sum);
  }

  /** How often each kind struck. */
  public SortedMap<String, Long> struck() {
    return Collections.unmodifiableSortedMap(struck);
  }

  /** Whether the sky is clear. */
  boolean isClear() {
    return now.isEmpty();
  }

  /** Faults of a type at this moment. */
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

  /** What keeps a node's tasks from a thread. */
  public List<Fault.Stall> stalls(int node) {
    return all(Fault.Stall.class).stream().filter(stall -> stall.node() == node).toList();
  }

  /** Whether topics are read in any order. */
  public boolean isReordering() {
    for (Fault.Reorder reorder : all(Fault.Reorder.class)) {
      count(reorder);
      return true;
    }
    return false;
  }

  /** What keeps a node from a server, earliest first; empty when nothing does. */
  List<Fault.Cut> cuts(int node, Server server) {
    return all(Fault.Cut.class).stream()
        .filter(cut -> cut.node() == node && cut.server() == server)
        .toList();
  }
}
