package dev.canswarm.pipeline.sim;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.pipeline.sim.check.Branches;
import dev.canswarm.pipeline.sim.check.Checker;
import dev.canswarm.pipeline.sim.check.Ending;
import dev.canswarm.pipeline.sim.check.Invariant;
import dev.canswarm.pipeline.sim.check.Replaying;
import dev.canswarm.pipeline.sim.check.Standstill;
import dev.canswarm.pipeline.sim.check.Terms;
import dev.canswarm.pipeline.sim.check.Trace;
import dev.canswarm.pipeline.sim.port.Weather;
import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.NodeSpec;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import dev.canswarm.pipeline.sim.time.Draw;
import dev.canswarm.pipeline.sim.time.EventLoop;
import dev.canswarm.pipeline.sim.time.SimClock;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.replay.RulesBook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import reactor.core.publisher.BaseSubscriber;

/**
 * One run of a scenario, from its first event to its end or to the first invariant that does not
 * hold. Everything happens on the caller's thread. Use once.
 */
public final class Simulation {
  /** Nothing may take longer than this once all is quiet: the longest deadline, and clocks. */
  private static final long PATIENCE_MILLIS = Scenario.DEADLINE_MILLIS_MAX + 60_000;

  private static final long LOOK_MILLIS = 250;

  /** A run that does more than this goes round in circles. */
  private static final long EVENTS_MAX = 3_000_000;

  private static final long REPLAYED_SEEDS = 8;
  private static final int K_MAX = 8;

  private final World world;
  private final Trace trace;
  private final Ending ending;
  private final Standstill standstill;
  private final Feeding feeding;
  private final List<SimNode> nodes = new ArrayList<>();
  private final TreeMap<Long, MemoryDecisionGate.Image> redisImages = new TreeMap<>();
  private boolean done;

  /**
   * @param standIns what replaces parts of the product, for this run alone
   * @param linesMax last lines of what happened that are kept; 0 for none
   */
  public Simulation(Scenario scenario, StandIns standIns, int linesMax) {
    EventLoop loop = new EventLoop(Draw.of(scenario.seed(), 2));
    Weather weather = new Weather();
    Draw order = Draw.of(scenario.seed(), 3);
    SimClock storeClock = new SimClock(loop);
    Cast cast = new Cast(scenario);
    Branches branches = new Branches();
    this.trace = new Trace(loop, linesMax);
    Terms terms = new Terms(scenario.k(), K_MAX, World.IN_FLIGHT_MAX, cast.rolesByKey());
    this.world =
        new World(
            scenario,
            Policy.parse(scenario.policy().getBytes(StandardCharsets.UTF_8)),
            loop,
            weather,
            storeClock,
            new MemoryBroker(
                World.CLUSTER,
                World.PARTITIONS,
                heads -> weather.isReordering() ? order.below(heads) : 0),
            new MemorySlotStore(storeClock::epochMillis),
            new MemoryDecisionGate(),
            new MemoryArtifactStore(1 << 16),
            cast,
            new EnvelopeCodec(World.SWARM, standIns.engine(cast.engine()), EnvelopeLimits.DEFAULT),
            new Checker(loop, trace, branches, terms, cast.signed()),
            branches,
            standIns);
    this.ending = new Ending(world.checker(), scenario, SimTasks::rightAnswers);
    this.standstill = new Standstill(world.checker(), world.codec(), scenario.faults());
    this.feeding = new Feeding(world);
    for (NodeSpec spec : scenario.nodes()) {
      nodes.add(new SimNode(world, nodes.size(), spec));
    }
  }

  /** Runs. */
  public RunResult run() {
    EventLoop loop = world.loop();
    nodes.forEach(node -> loop.now(node::start));
    feeding.begin();
    world
        .scenario()
        .faults()
        .forEach(fault -> loop.atMillis(fault.atMillis(), () -> strike(fault)));
    world.scenario().faults().forEach(this::imageFor);
    long quiet = world.scenario().quietFromMillis();
    loop.atMillis(quiet, this::mend);
    while (!done && world.checker().violation().isEmpty() && loop.step()) {
      if (loop.ran() > EVENTS_MAX) {
        world.checker().broken(Invariant.P5, "more than " + EVENTS_MAX + " events");
      }
    }
    if (world.checker().violation().isEmpty()) {
      ending.check(world.standIns()::merge);
      if (world.scenario().seed() % REPLAYED_SEEDS == 0) {
        replay();
      }
    }
    return new RunResult(
        world.scenario(),
        world.checker().violation(),
        loop.ran(),
        loop.nowMillis(),
        trace.digest(),
        ending.outcomes(),
        world.weather().struck(),
        world.branches().counts(),
        trace.lines());
  }

  /** What Redis goes back to is what it held before. */
  private void imageFor(Fault fault) {
    if (fault instanceof Fault.RollBackRedis back) {
      world
          .loop()
          .atMillis(
              Math.max(0, back.atMillis() - back.backMillis()),
              () -> redisImages.put(back.atMillis(), world.gate().image()));
    }
  }

  private void replay() {
    EnvelopeCodec strict =
        new EnvelopeCodec(World.SWARM, world.cast().engine(), EnvelopeLimits.DEFAULT);
    new Replaying(
            world.checker(),
            strict,
            new RulesBook(List.of(world.policy()), List.of(world.cast().trust())))
        .check();
  }

  private void strike(Fault fault) {
    trace.note("fault", -1, fault.toString());
    if (fault instanceof Fault.Lasting lasting) {
      begin(lasting);
    } else if (fault instanceof Fault.Crash crash) {
      nodes.get(crash.node()).die(crash);
    } else {
      world.weather().count(fault);
      atOnce(fault);
    }
  }

  private void atOnce(Fault fault) {
    if (fault instanceof Fault.ClockJump jump) {
      clock(jump.node()).jump(jump.byMillis());
    } else if (fault instanceof Fault.ClockDrift drift) {
      clock(drift.node()).drift(drift.permille());
    } else if (fault instanceof Fault.EmptyRedis) {
      world.gate().forgetAll();
    } else if (fault instanceof Fault.RollBackRedis back) {
      MemoryDecisionGate.Image image = redisImages.get(back.atMillis());
      if (image != null) {
        world.gate().goBackTo(image);
      }
    }
  }

  private SimClock clock(int node) {
    return node < 0 ? world.storeClock() : nodes.get(node).clock();
  }

  private void begin(Fault.Lasting fault) {
    world.weather().begin(fault);
    world.loop().afterMillis(fault.forMillis(), () -> world.weather().end(fault));
    if (fault instanceof Fault.Pause pause) {
      world.weather().count(fault);
      SimNode node = nodes.get(pause.node());
      node.pause();
      world.loop().afterMillis(pause.forMillis(), node::resume);
    } else if (fault instanceof Fault.Rebalance rebalance) {
      world.weather().count(fault);
      ghost(nodes.get(rebalance.node()), rebalance.forMillis());
    } else if (fault instanceof Fault.StrangeRedis strange) {
      makeUp(strange);
    }
  }

  private void makeUp(Fault.StrangeRedis fault) {
    if (world.loop().nowMillis() < fault.endMillis()) {
      for (String needId : world.checker().undecided()) {
        if (world.gate().stored(needId) == null) {
          world.weather().count(fault);
          DecisionRecord madeUp =
              new DecisionRecord(
                  needId, Sha256.hex(needId.getBytes(StandardCharsets.UTF_8)), 0, 2, 0, "", 0);
          world.gate().settle(madeUp).subscribe();
        }
      }
      world.loop().afterMillis(1, () -> makeUp(fault));
    }
  }

  /** A member that takes partitions and reads nothing. */
  private void ghost(SimNode node, long forMillis) {
    BaseSubscriber<Object> ghost =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            // It never asks for a record.
          }
        };
    new MemoryBus(world.broker(), node.group(), node.topics(), 1).deliveries().subscribe(ghost);
    world.loop().afterMillis(forMillis, ghost::cancel);
  }

  /** From here on nothing goes wrong any more, and all that is owed has to come. */
  private void mend() {
    world.storeClock().mend();
    nodes.forEach(node -> node.clock().mend());
    look();
  }

  private void look() {
    String owed = owed();
    standstill.look(
        world.loop().nowMillis(),
        isUndisturbed(),
        nodes.stream().flatMap(node -> node.roles().stream()).toList());
    if (owed.isEmpty() && ending.isReached()) {
      done = true;
    } else if (world.loop().nowMillis() > world.scenario().quietFromMillis() + PATIENCE_MILLIS) {
      ending.hangs(owed);
    } else {
      world.loop().afterMillis(LOOK_MILLIS, this::look);
    }
  }

  private boolean isUndisturbed() {
    return nodes.stream()
        .allMatch(
            node -> node.isUp() && world.broker().unacknowledged(node.group(), node.topics()) == 0);
  }

  private String owed() {
    List<String> owed = new ArrayList<>();
    for (SimNode node : nodes) {
      long left = world.broker().unacknowledged(node.group(), node.topics());
      if (!node.isUp() || left > 0) {
        owed.add("group " + node.group() + " has " + left + " records to do");
      }
    }
    List<Integer> partitions = new ArrayList<>();
    for (int i = 0; i < World.PARTITIONS; i++) {
      partitions.add(i);
    }
    world
        .store()
        .due(partitions, Long.MAX_VALUE, 1)
        .subscribe(timer -> owed.add("the timer of " + timer.needId() + " is set"));
    return String.join("; ", owed);
  }
}
