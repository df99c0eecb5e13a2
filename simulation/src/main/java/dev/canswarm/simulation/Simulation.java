package dev.canswarm.simulation;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.replay.RulesBook;
import dev.canswarm.simulation.check.CheckParameters;
import dev.canswarm.simulation.check.Coverage;
import dev.canswarm.simulation.check.FinalCheck;
import dev.canswarm.simulation.check.Invariant;
import dev.canswarm.simulation.check.InvariantChecker;
import dev.canswarm.simulation.check.LivenessCheck;
import dev.canswarm.simulation.check.ReplayCheck;
import dev.canswarm.simulation.check.Trace;
import dev.canswarm.simulation.port.ActiveFaults;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.PolicyChange;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.SimNodeSpec;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.SeededRandom;
import dev.canswarm.simulation.time.SimClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * One run of a scenario, until its end or the first violated invariant. Runs on the caller's
 * thread. Use once.
 */
public final class Simulation {
  /**
   * Longest time until everything has ended once no fault is active: the longest deadline and the
   * largest clock error.
   */
  private static final long PATIENCE_MILLIS = Scenario.DEADLINE_MILLIS_MAX + 60_000;

  private static final long POLL_MILLIS = 250;

  /** A run with more events than this is taken for an endless loop. */
  private static final long EVENTS_MAX = 3_000_000;

  private static final long REPLAYED_SEEDS = 8;
  private static final int K_MAX = 8;

  private final World world;
  private final Trace trace;
  private final FinalCheck finalCheck;
  private final LivenessCheck livenessCheck;
  private final Workload workload;
  private final List<SimNode> nodes = new ArrayList<>();
  private final TreeMap<Long, MemoryDecisionGate.Image> redisImages = new TreeMap<>();
  private boolean done;

  /**
   * @param overrides replaces parts of the product, for this run only
   * @param linesMax number of trace lines to keep; 0 for none
   */
  public Simulation(Scenario scenario, Overrides overrides, int linesMax) {
    EventLoop loop = new EventLoop(SeededRandom.of(scenario.seed(), 2));
    ActiveFaults activeFaults = new ActiveFaults();
    SeededRandom order = SeededRandom.of(scenario.seed(), 3);
    SimClock storeClock = new SimClock(loop);
    Keyring keyring = new Keyring(scenario);
    Coverage coverage = new Coverage();
    this.trace = new Trace(loop, linesMax);
    CheckParameters parameters =
        new CheckParameters(
            scenario.k(), K_MAX, World.IN_FLIGHT_MAX, keyring.rolesByKey(), others(scenario));
    this.world =
        new World(
            scenario,
            Policy.parse(scenario.policy().getBytes(StandardCharsets.UTF_8)),
            loop,
            activeFaults,
            storeClock,
            new MemoryBroker(
                World.CLUSTER,
                World.PARTITIONS,
                heads -> activeFaults.isReordering() ? order.below(heads) : 0),
            new MemorySlotStore(storeClock::epochMillis),
            new MemoryDecisionGate(),
            new MemoryArtifactStore(1 << 16),
            keyring,
            new EnvelopeCodec(
                World.SWARM, overrides.engine(keyring.engine()), EnvelopeLimits.DEFAULT),
            new InvariantChecker(loop, trace, coverage, parameters, keyring.signatures()),
            coverage,
            overrides);
    this.finalCheck = new FinalCheck(world.checker(), scenario, SimTasks::rightAnswers);
    this.livenessCheck = new LivenessCheck(world.checker(), world.codec(), scenario.faults());
    this.workload = new Workload(world);
    for (SimNodeSpec spec : scenario.nodes()) {
      nodes.add(new SimNode(world, nodes.size(), spec));
    }
  }

  /** The votes that a result needs under policies other than the first, by their hash. */
  private static Map<String, Integer> others(Scenario scenario) {
    PolicyChange second = scenario.policyChange();
    return second == null
        ? Map.of()
        : Map.of(
            Policy.parse(scenario.policy(second).getBytes(StandardCharsets.UTF_8)).hash(),
            second.k());
  }

  /** Runs the scenario and returns its result. */
  public RunResult run() {
    EventLoop loop = world.loop();
    nodes.forEach(node -> loop.now(node::start));
    workload.begin();
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
      finalCheck.check(world.overrides()::merge);
      if (world.scenario().seed() % REPLAYED_SEEDS == 0 || world.scenario().hasEntries()) {
        replay();
      }
    }
    return new RunResult(
        world.scenario(),
        world.checker().violation(),
        loop.ran(),
        loop.nowMillis(),
        trace.digest(),
        finalCheck.outcomes(),
        world.activeFaults().struck(),
        world.coverage().counts(),
        trace.lines());
  }

  /** Takes the snapshot of Redis that a later rollback restores. */
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
        new EnvelopeCodec(World.SWARM, world.keyring().engine(), EnvelopeLimits.DEFAULT);
    new ReplayCheck(
            world.checker(),
            strict,
            new RulesBook(List.of(world.policy()), List.of(world.keyring().trust())),
            world.keyring().genesis(world.keyring().trust(), world.policy()))
        .check();
  }

  private void strike(Fault fault) {
    trace.note("fault", -1, fault.toString());
    if (fault instanceof Fault.Lasting lasting) {
      begin(lasting);
    } else if (fault instanceof Fault.Crash crash) {
      nodes.get(crash.node()).die(crash);
    } else {
      world.activeFaults().count(fault);
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
    world.activeFaults().begin(fault);
    world.loop().afterMillis(fault.forMillis(), () -> world.activeFaults().end(fault));
    if (fault instanceof Fault.Pause pause) {
      world.activeFaults().count(fault);
      SimNode node = nodes.get(pause.node());
      node.pause();
      world.loop().afterMillis(pause.forMillis(), node::resume);
    } else if (fault instanceof Fault.Rebalance rebalance) {
      world.activeFaults().count(fault);
      ghost(nodes.get(rebalance.node()), rebalance.forMillis());
    } else if (fault instanceof Fault.StrangeRedis strange) {
      makeUp(strange);
    }
  }

  private void makeUp(Fault.StrangeRedis fault) {
    if (world.loop().nowMillis() < fault.endMillis()) {
      for (NeedId needId : world.checker().undecided()) {
        if (world.gate().stored(needId) == null) {
          world.activeFaults().count(fault);
          DecisionRecord madeUp =
              new DecisionRecord(
                  needId,
                  new EnvelopeId(Sha256.hex(needId.text().getBytes(StandardCharsets.UTF_8))),
                  0,
                  2,
                  0,
                  "",
                  0);
          world.gate().settle(madeUp).subscribe();
        }
      }
      world.loop().afterMillis(1, () -> makeUp(fault));
    }
  }

  /** Joins the node's consumer group with a member that takes partitions and reads nothing. */
  private void ghost(SimNode node, long forMillis) {
    BaseSubscriber<Object> ghost =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            // It never asks for a record.
          }
        };
    new MemoryBus(world.broker(), node.group(), node.topics(), 1).batches().subscribe(ghost);
    world.loop().afterMillis(forMillis, ghost::cancel);
  }

  /**
   * Ends all clock errors. From here on no fault is active, so everything that is owed must happen.
   */
  private void mend() {
    world.storeClock().mend();
    nodes.forEach(node -> node.clock().mend());
    checkLiveness();
  }

  private void checkLiveness() {
    String owed = owed();
    livenessCheck.check(
        world.loop().nowMillis(),
        isUndisturbed(),
        // Roles of an earlier head owe what those of the last one do not.
        world.scenario().hasEntries()
            ? List.of()
            : nodes.stream().flatMap(node -> node.roles().stream()).toList());
    if (owed.isEmpty() && finalCheck.isReached()) {
      done = true;
    } else if (world.loop().nowMillis() > world.scenario().quietFromMillis() + PATIENCE_MILLIS) {
      finalCheck.hangs(owed);
    } else {
      world.loop().afterMillis(POLL_MILLIS, this::checkLiveness);
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
        owed.add("group " + node.group() + " has " + left + " unacknowledged records");
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
