package dev.canswarm.pipeline.sim;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.sim.check.Branches;
import dev.canswarm.pipeline.sim.check.Violation;
import dev.canswarm.pipeline.sim.scenario.Drawing;
import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Runs one seed after the other and adds up. Not thread-safe: all of it is one thread's work. */
public final class Simulator {
  /** How long one failure may be made shorter. */
  private static final long SHRINK_NANOS_MAX = 10_000_000_000L;

  /** Failures that are made shorter; more of them say little more. */
  private static final int SHRUNK_MAX = 3;

  private static final int LINES_MAX = 40;

  /**
   * What to run.
   *
   * @param only names of what is kept of each scenario, as a failure names it; empty for all
   */
  public record Order(long seed, int seeds, int needs, boolean ed25519, Set<String> only) {}

  /**
   * An invariant that did not hold.
   *
   * @param scenario the shortest that was found to break it
   * @param kept names what is left of the seed's scenario; empty where all of it is
   * @param lines the last of what happened
   */
  public record Failure(
      Violation violation, Scenario scenario, List<String> kept, List<String> lines) {}

  private final LongSupplier nanos;
  private final Supplier<StandIns> standIns;
  private final Branches branches = new Branches();
  private final SortedMap<String, Long> faults = new TreeMap<>();
  private final SortedMap<String, Long> outcomes = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private long events;
  private int seeds;
  private String digest = "";

  /**
   * @param nanos a clock, for how long to look for something shorter
   */
  public Simulator(LongSupplier nanos) {
    this(nanos, () -> StandIns.NONE);
  }

  /**
   * @param standIns what replaces parts of the product, made anew for each run
   */
  public Simulator(LongSupplier nanos, Supplier<StandIns> standIns) {
    this.nanos = nanos;
    this.standIns = standIns;
    Fault.kinds().forEach(kind -> faults.put(kind, 0L));
  }

  /**
   * Runs.
   *
   * @param goOn asked before each seed
   * @return this, with all that was counted
   */
  public Simulator run(Order order, BooleanSupplier goOn) {
    for (int i = 0; i < order.seeds() && goOn.getAsBoolean(); i++) {
      Scenario scenario = scenario(order, order.seed() + i);
      RunResult result = new Simulation(scenario, standIns.get(), 0).run();
      seeds++;
      events += result.events();
      branches.add(result.branches());
      result.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
      result.outcomes().forEach((end, count) -> outcomes.merge(end, (long) count, Long::sum));
      digest = Sha256.hex((digest + result.digest()).getBytes(StandardCharsets.UTF_8));
      result.violation().ifPresent(violation -> failures.add(failure(order, scenario, violation)));
    }
    return this;
  }

  private static Scenario scenario(Order order, long seed) {
    Scenario drawn = Drawing.of(seed, order.needs());
    UnaryOperator<Scenario> part =
        order.only().isEmpty()
            ? UnaryOperator.identity()
            : whole -> Part.of(whole, new TreeSet<>(order.only()));
    return part.apply(order.ed25519() ? drawn.signedWith(true) : drawn);
  }

  private Failure failure(Order order, Scenario scenario, Violation violation) {
    if (failures.size() >= SHRUNK_MAX) {
      return new Failure(violation, scenario, List.of(), List.of());
    }
    long until = nanos.getAsLong() + SHRINK_NANOS_MAX;
    Scenario shortest =
        new Shrinker(standIns, () -> nanos.getAsLong() - until > 0)
            .shrink(scenario, violation.invariant());
    RunResult again = new Simulation(shortest, standIns.get(), LINES_MAX).run();
    Scenario whole = Drawing.of(scenario.seed(), order.needs());
    return new Failure(
        again.violation().orElse(violation), shortest, Part.names(whole, shortest), again.lines());
  }

  /** Seeds that were run. */
  public int seeds() {
    return seeds;
  }

  /** Events that were run. */
  public long events() {
    return events;
  }

  /** What did not hold. */
  public List<Failure> failures() {
    return Collections.unmodifiableList(failures);
  }

  /** Kind of fault to how often it struck. */
  public SortedMap<String, Long> faults() {
    return Collections.unmodifiableSortedMap(faults);
  }

  /** Outcome to how many NEEDs ended so. */
  public SortedMap<String, Long> outcomes() {
    return Collections.unmodifiableSortedMap(outcomes);
  }

  /** Branch of the protocol to how often it was taken. */
  public SortedMap<String, Long> branches() {
    return branches.counts();
  }

  /** Branches that were never taken, and kinds of fault that never struck. */
  public List<String> unreached() {
    List<String> unreached = new ArrayList<>();
    faults.forEach((kind, count) -> addIfNone(unreached, "fault/" + kind, count));
    branches.counts().forEach((branch, count) -> addIfNone(unreached, branch, count));
    return unreached;
  }

  private static void addIfNone(List<String> unreached, String name, long count) {
    if (count == 0) {
      unreached.add(name);
    }
  }

  /** SHA-256 over the digests of all runs, one chained to the other; lower-case hex. */
  public String digest() {
    return digest;
  }
}
