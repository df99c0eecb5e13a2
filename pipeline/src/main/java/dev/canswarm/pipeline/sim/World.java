package dev.canswarm.pipeline.sim;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.pipeline.sim.check.Branches;
import dev.canswarm.pipeline.sim.check.Checker;
import dev.canswarm.pipeline.sim.port.Weather;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import dev.canswarm.pipeline.sim.time.EventLoop;
import dev.canswarm.pipeline.sim.time.SimClock;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;

/**
 * What all processes of a run share: time, weather, the servers, and who watches.
 *
 * @param codec with which processes read and sign
 */
record World(
    Scenario scenario,
    Policy policy,
    EventLoop loop,
    Weather weather,
    SimClock storeClock,
    MemoryBroker broker,
    MemorySlotStore store,
    MemoryDecisionGate gate,
    MemoryArtifactStore artifacts,
    Cast cast,
    EnvelopeCodec codec,
    Checker checker,
    Branches branches,
    StandIns standIns) {

  /** The name of the swarm. */
  static final String SWARM = "sim";

  /** The name of the cluster. */
  static final String CLUSTER = "sim";

  /** Partitions of every topic. */
  static final int PARTITIONS = 3;

  /** Records that a process may hold. */
  static final int IN_FLIGHT_MAX = 48;
}
