package dev.canswarm.simulation;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.simulation.check.Coverage;
import dev.canswarm.simulation.check.InvariantChecker;
import dev.canswarm.simulation.port.ActiveFaults;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.SimClock;

/**
 * State that all processes of a run share: time, active faults, servers, and the checker that
 * observes them.
 *
 * @param codec with which processes decode and sign
 */
record World(
    Scenario scenario,
    Policy policy,
    EventLoop loop,
    ActiveFaults activeFaults,
    SimClock storeClock,
    MemoryBroker broker,
    MemorySlotStore store,
    MemoryDecisionGate gate,
    MemoryArtifactStore artifacts,
    Keyring keyring,
    EnvelopeCodec codec,
    InvariantChecker checker,
    Coverage coverage,
    Overrides overrides) {

  /** The name of the swarm. */
  static final String SWARM = "sim";

  /** The name of the cluster. */
  static final String CLUSTER = "sim";

  /** Number of partitions of every topic. */
  static final int PARTITIONS = 3;

  /** Most unacknowledged records of a process. */
  static final int IN_FLIGHT_MAX = 48;
}
