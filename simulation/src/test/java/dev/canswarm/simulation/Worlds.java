package dev.canswarm.simulation;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.simulation.check.CheckParameters;
import dev.canswarm.simulation.check.Coverage;
import dev.canswarm.simulation.check.InvariantChecker;
import dev.canswarm.simulation.check.Trace;
import dev.canswarm.simulation.port.ActiveFaults;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.NeedSpec;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.SimNodeSpec;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.SeededRandom;
import dev.canswarm.simulation.time.SimClock;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Worlds in which no process runs. */
final class Worlds {
  static final int VERIFIERS = 3;
  private static final int K_MAX = 8;

  private Worlds() {}

  /** A scenario with one honest process. */
  static Scenario scenario(List<NeedSpec> needs, List<Attack> attacks, List<Fault> faults) {
    return new Scenario(
        1,
        1,
        0,
        1,
        VERIFIERS,
        false,
        false,
        List.of(new SimNodeSpec("honest", Names.core(), false)),
        needs,
        attacks,
        faults);
  }

  static World of(Scenario scenario) {
    EventLoop loop = new EventLoop(new SeededRandom(1));
    SimClock clock = new SimClock(loop);
    Keyring keyring = new Keyring(scenario);
    Coverage coverage = new Coverage();
    CheckParameters parameters =
        new CheckParameters(scenario.k(), K_MAX, World.IN_FLIGHT_MAX, keyring.rolesByKey());
    return new World(
        scenario,
        Policy.parse(scenario.policy().getBytes(StandardCharsets.UTF_8)),
        loop,
        new ActiveFaults(),
        clock,
        new MemoryBroker(World.CLUSTER, World.PARTITIONS),
        new MemorySlotStore(clock::epochMillis),
        new MemoryDecisionGate(),
        new MemoryArtifactStore(1 << 16),
        keyring,
        new EnvelopeCodec(World.SWARM, keyring.engine(), EnvelopeLimits.DEFAULT),
        new InvariantChecker(loop, new Trace(loop, 0), coverage, parameters, keyring.signatures()),
        coverage,
        Overrides.NONE);
  }

  /** Runs all events up to this virtual time. */
  static void runTo(World world, long millis) {
    boolean[] reached = new boolean[1];
    world.loop().atMillis(millis, () -> reached[0] = true);
    while (!reached[0]) {
      world.loop().step();
    }
  }
}
