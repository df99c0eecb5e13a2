package dev.canswarm.pipeline.sim;

import dev.canswarm.pipeline.sim.check.Invariant;
import dev.canswarm.pipeline.sim.check.WatchedRole;
import dev.canswarm.pipeline.sim.port.MeteredBus;
import dev.canswarm.pipeline.sim.port.SimArtifacts;
import dev.canswarm.pipeline.sim.port.SimAudit;
import dev.canswarm.pipeline.sim.port.SimBus;
import dev.canswarm.pipeline.sim.port.SimGate;
import dev.canswarm.pipeline.sim.port.SimStore;
import dev.canswarm.pipeline.sim.port.Wire;
import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.NodeSpec;
import dev.canswarm.pipeline.sim.time.Draw;
import dev.canswarm.pipeline.sim.time.Life;
import dev.canswarm.pipeline.sim.time.SimClock;
import dev.canswarm.pipeline.sim.time.SimScheduler;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.pipeline.wiring.PipelineWiring;
import dev.canswarm.pipeline.wiring.PipelineWiring.Ports;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.protocol.Participant;
import dev.canswarm.stage.SwarmPipeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One process: it runs what {@code Main} runs, dies, and is started again. */
final class SimNode {
  /** Longest that the group waits for a member that says nothing. */
  private static final int SESSION_MILLIS_MAX = 1_500;

  private static final int TASK_NANOS_MIN = 100_000;
  private static final int TASK_NANOS_MAX = 20_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final PipelineWiring.Bounds BOUNDS =
      new PipelineWiring.Bounds(
          new SwarmPipeline.Bounds(4, 16, 500, 100), 4, 64, 50, 1_000, 1 << 20);

  private final World world;
  private final int number;
  private final NodeSpec spec;
  private final List<AgentKey> agents;
  private final List<String> topics;
  private final SimClock clock;
  private final Draw draw;
  private final List<Participant> roles = new ArrayList<>();
  private @Nullable Life life;
  private @Nullable Wire wire;
  private @Nullable SimBus bus;
  private long restartAfterMillis;

  SimNode(World world, int number, NodeSpec spec) {
    this.world = world;
    this.number = number;
    this.spec = spec;
    this.agents = world.cast().agents(spec);
    this.topics = PipelineWiring.topics(agents, true);
    this.clock = new SimClock(world.loop());
    this.draw = Draw.of(world.scenario().seed(), 1_000L + number);
  }

  SimClock clock() {
    return clock;
  }

  List<String> topics() {
    return topics;
  }

  /** Processes with the same agents share the partitions. */
  String group() {
    return spec.name();
  }

  /** What it plays in this life. */
  List<Participant> roles() {
    return Collections.unmodifiableList(roles);
  }

  boolean isUp() {
    return life != null;
  }

  void start() {
    if (life != null) {
      return;
    }
    leaveGroup();
    Life born = new Life(world.loop());
    Wire connected = new Wire(world.loop(), born, world.weather(), draw, number, () -> died(born));
    SimBus joined =
        new SimBus(
            connected,
            world.broker(),
            new MemoryBus(world.broker(), group(), topics, World.IN_FLIGHT_MAX),
            world.checker());
    life = born;
    wire = connected;
    bus = joined;
    run(born, connected, joined);
  }

  private void run(Life born, Wire connected, SimBus joined) {
    Ports ports =
        new Ports(
            joined,
            new SimStore(connected, world.store(), world.checker()),
            new SimGate(connected, world.gate(), world.checker()),
            new SimArtifacts(connected, world.artifacts()),
            new SimAudit(connected, world.checker()));
    Ports replaced = world.standIns().ports(group(), born, ports);
    SimScheduler threads = new SimScheduler(world.loop(), born);
    roles.clear();
    PipelineWiring.pipeline(
            new PipelineWiring.Process(
                group(),
                agents,
                agents.get(0).key().publicKey(),
                world.codec(),
                world.policy(),
                world.cast().trust(),
                SimTasks.of(number, spec.lying())),
            new Ports(
                new MeteredBus(replaced.bus(), number, world.checker()),
                replaced.store(),
                replaced.gate(),
                replaced.artifacts(),
                replaced.audit()),
            new PipelineWiring.Runtime(
                clock,
                threads,
                new SimScheduler(world.loop(), born, this::taskNanos),
                threads,
                failure -> {}),
            BOUNDS,
            this::played)
        .run()
        .subscribe(done -> {}, failure -> stopped(born, failure));
  }

  private Participant played(Participant role) {
    Participant played = world.standIns().role(role);
    roles.add(played);
    return new WatchedRole(played, world.branches());
  }

  private long taskNanos() {
    long nanos = draw.between(TASK_NANOS_MIN, TASK_NANOS_MAX);
    for (Fault.Stall stall : world.weather().stalls(number)) {
      world.weather().count(stall);
      nanos += draw.between(0L, stall.millisMax()) * NANOS_PER_MILLI;
    }
    return nanos;
  }

  private void stopped(Life of, Throwable failure) {
    if (!of.isOver()) {
      world.checker().broken(Invariant.P5, "node " + number + " stopped: " + failure);
    }
  }

  /** It dies at one of its next calls. */
  void die(Fault.Crash fault) {
    if (wire != null) {
      wire.arm(fault);
      restartAfterMillis = fault.downMillis();
    }
  }

  private void died(Life of) {
    of.end();
    if (life == of) {
      life = null;
      wire = null;
      world.checker().died(number);
      world.loop().afterMillis(draw.below(SESSION_MILLIS_MAX), this::groupNotices);
      world.loop().afterMillis(restartAfterMillis, this::start);
    }
  }

  private void groupNotices() {
    if (life == null) {
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
    if (life != null) {
      life.pause();
    }
  }

  void resume() {
    if (life != null) {
      life.resume();
    }
  }
}
