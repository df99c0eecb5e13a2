package dev.canswarm.simulation.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemoryBroker;
import java.util.List;

/**
 * Is called for every effect at the servers and at a process's boundary, synchronously, when it
 * happens. A node is its index in the scenario; {@link #OUTSIDE} is a client outside the swarm.
 */
public interface Observer {
  /** A client outside the swarm. */
  int OUTSIDE = -1;

  /** The store returned these rows for the candidates. */
  void filled(int node, List<SlotRow> candidates, List<SlotRow> held);

  /** The broker appended a record. */
  void appended(int node, MemoryBroker.Stored entry);

  /** The number of unacknowledged records of a process changed. */
  void inFlight(int node, int records);

  /** A record was acknowledged. */
  void acknowledged(int node, Delivery delivery);

  /** A NEED's timer was removed. */
  void closed(int node, NeedId needId);

  /** Called when the gate has answered a decider of a process. */
  void answered(int node, GateAnswer answer);

  /** A process's audit log appended an event. */
  void audited(int node, AuditEvent event);
}
