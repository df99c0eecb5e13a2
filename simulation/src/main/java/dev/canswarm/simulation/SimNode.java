package dev.canswarm.simulation;

import dev.canswarm.control.TrustState;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.pipeline.wiring.PipelineWiring;
import dev.canswarm.pipeline.wiring.PipelineWiring.Ports;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.simulation.check.Invariant;
import dev.canswarm.simulation.check.WatchedRole;
import dev.canswarm.simulation.port.InFlightBus;
import dev.canswarm.simulation.port.Link;
import dev.canswarm.simulation.port.SimArtifacts;
import dev.canswarm.simulation.port.SimAudit;
import dev.canswarm.simulation.port.SimBus;
import dev.canswarm.simulation.port.SimGate;
import dev.canswarm.simulation.port.SimStore;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.SimNodeSpec;
import dev.canswarm.simulation.time.Incarnation;
import dev.canswarm.simulation.time.SeededRandom;
import dev.canswarm.simulation.time.SimClock;
import dev.canswarm.simulation.time.SimScheduler;
import dev.canswarm.stage.LaneBounds;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.SwarmChain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A simulated process: runs the chain that {@code PipelineWiring} builds, crashes, and restarts.
 * Not thread-safe.
 */
final class SimNode {
  /** Most records of a poll; a poll has as many as the draw says. */
  private static final int POLL_RECORDS_MAX = 12;

  /** Longest time until the consumer group drops a dead member. */
  private static final int SESSION_MILLIS_MAX = 1_500;

  private static final int TASK_NANOS_MIN = 100_000;
  private static final int TASK_NANOS_MAX = 20_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** One, so that grants wait to be claimed. */
  private static final int TASKS_RUNNING_MAX = 1;

  private static final PipelineWiring.Bounds BOUNDS =
      new PipelineWiring.Bounds(
          new SwarmChain.Bounds(new LaneBounds(World.PARTITIONS, 2, 8, 64 << 10), 2, 10, 500, 100),
          TASKS_RUNNING_MAX,
          50,
          1_000,
          1 << 20);

  private final World world;
  private final int number;
  private final SimNodeSpec spec;
  private final List<AgentKey> agents;
  private final List<String> topics;
  private final SimClock clock;
  private final SeededRandom random;
  private final List<Role> roles = new ArrayList<>();
  private @Nullable Incarnation incarnation;
  private @Nullable Link link;
  private @Nullable SimBus bus;
  private long restartAfterMillis;

  SimNode(World world, int number, SimNodeSpec spec) {
    this.world = world;
    this.number = number;
    this.spec = spec;
    this.agents = world.keyring().agents(spec);
    this.topics = PipelineWiring.topics(agents, true);
    this.clock = new SimClock(world.loop());
    this.random = SeededRandom.of(world.scenario().seed(), 1_000L + number);
  }

  SimClock clock() {
    return clock;
  }

  List<String> topics() {
    return topics;
  }

  /** Returns the consumer group; processes with the same agents share one. */
  String group() {
    return spec.name();
  }

  /** Returns the roles of the current incarnation. */
  List<Role> roles() {
    return Collections.unmodifiableList(roles);
  }

  boolean isUp() {
    return incarnation != null;
  }

  void start() {
    if (incarnation != null) {
      return;
    }
    leaveGroup();
    Incarnation born = new Incarnation(world.loop());
    Link connected =
        new Link(world.loop(), born, world.activeFaults(), random, number, () -> died(born));
    SimBus joined =
        new SimBus(
            connected,
            world.broker(),
            new MemoryBus(world.broker(), group(), topics, bounds()),
            world.checker());
    incarnation = born;
    link = connected;
    bus = joined;
    run(born, connected, joined);
  }

  private MemoryBus.Bounds bounds() {
    return new MemoryBus.Bounds(
        World.IN_FLIGHT_MAX, Long.MAX_VALUE, () -> random.between(1, POLL_RECORDS_MAX));
  }

  private void run(Incarnation born, Link connected, SimBus joined) {
    Ports ports =
        new Ports(
            joined,
            new SimStore(connected, world.store(), world.checker()),
            new SimGate(connected, world.gate(), world.checker()),
            new SimArtifacts(connected, world.artifacts()),
            new SimAudit(connected, world.checker()));
    Ports replaced = world.overrides().ports(group(), born, ports);
    SimScheduler threads = new SimScheduler(world.loop(), born);
    roles.clear();
    PipelineWiring.pipeline(
            new PipelineWiring.Process(
                group(),
                agents,
                Optional.empty(),
                agents.get(0).key().publicKey(),
                world.codec(),
                new PipelineWiring.Judging(
                    world
                        .keyring()
                        .genesis(world.overrides().trust(world.keyring().trust()), world.policy()),
                    module -> Optional.empty(),
                    (name, key) -> Mono.justOrEmpty(world.keyring().find(key))),
                SimTasks.of(number, spec.lying())),
            new Ports(
                new InFlightBus(replaced.bus(), number, world.checker()),
                replaced.store(),
                replaced.gate(),
                replaced.artifacts(),
                replaced.audit()),
            new PipelineWiring.Runtime(
                clock,
                threads,
                new SimScheduler(world.loop(), born, this::taskNanos),
                threads,
                (failure, about) -> {},
                StageMeter.NONE),
            BOUNDS,
            new PipelineWiring.Changes() {
              @Override
              public Role role(Role role) {
                return played(role);
              }

              @Override
              public DerivedCheck derivedCheck(DerivedCheck check) {
                return world.overrides().derivedCheck(check);
              }

              @Override
              public Policy policy(TrustState pinned, Policy policy) {
                return world.overrides().policy(pinned, policy);
              }
            })
        .chain()
        .run()
        .subscribe(done -> {}, failure -> stopped(born, failure));
  }

  private Role played(Role role) {
    Role played = world.overrides().role(role);
    roles.add(played);
    return new WatchedRole(played, world.coverage());
  }

  private long taskNanos() {
    long nanos = random.between(TASK_NANOS_MIN, TASK_NANOS_MAX);
    for (Fault.Stall stall : world.activeFaults().stalls(number)) {
      world.activeFaults().count(stall);
      nanos += random.between(0L, stall.millisMax()) * NANOS_PER_MILLI;
    }
    return nanos;
  }

  private void stopped(Incarnation of, Throwable failure) {
    if (!of.isOver()) {
      world.checker().broken(Invariant.P5, "node " + number + " stopped: " + failure);
    }
  }

  /** Arms a crash at one of the next calls. */
  void die(Fault.Crash fault) {
    if (link != null) {
      link.arm(fault);
      restartAfterMillis = fault.downMillis();
    }
  }

  private void died(Incarnation of) {
    of.end();
    if (incarnation == of) {
      incarnation = null;
      link = null;
      world.checker().died(number);
      world.loop().afterMillis(random.below(SESSION_MILLIS_MAX), this::groupNotices);
      world.loop().afterMillis(restartAfterMillis, this::start);
    }
  }

  private void groupNotices() {
    if (incarnation == null) {
      leaveGroup();
    }
  }

  private void leaveGroup() {
    SimBus member = bus;
    bus = null;
    if (member != null) {
      member.leave();
    }
  }

  void pause() {
    if (incarnation != null) {
      incarnation.pause();
    }
  }

  void resume() {
    if (incarnation != null) {
      incarnation.resume();
    }
  }
}
