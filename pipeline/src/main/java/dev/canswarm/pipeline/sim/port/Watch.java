package dev.canswarm.pipeline.sim.port;

import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemoryBroker;
import java.util.List;

/**
 * Told what really happens at the servers and at a process's border, at the moment it happens. A
 * node is its place in the scenario; -1 stands for those outside.
 */
public interface Watch {
  /** Somebody outside, who is no process of the swarm. */
  int OUTSIDE = -1;

  /** The store has these answers. */
  void filled(int node, List<SlotRow> candidates, List<SlotRow> held);

  /** The broker has a record. */
  void appended(int node, MemoryBroker.Stored entry);

  /** A process was given a record, or takes its number of unacknowledged ones down again. */
  void inFlight(int node, int records);

  /** The broker hears that a record is done with. */
  void acknowledged(int node, Delivery delivery);

  /** A NEED's timer is taken away. */
  void closed(int node, String needId);

  /** The gate answers. */
  void answered(int node, GateAnswer answer);

  /** A process's audit log has a record. */
  void audited(int node, AuditEvent event);
}
