package dev.canswarm.simulation;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.simulation.check.Coverage;
import dev.canswarm.simulation.check.InvariantViolation;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.ScenarioGenerator;
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

/** Runs seeds one after the other and adds up their results. Not thread-safe. */
public final class Simulator {
  /** Longest time to shrink one failure. */
  private static final long SHRINK_NANOS_MAX = 10_000_000_000L;

  /** Most failures that are shrunk; more of them say little more. */
  private static final int SHRUNK_MAX = 3;

  private static final int LINES_MAX = 40;

  /**
   * The seeds to run.
   *
   * @param only names of the elements to keep of each scenario, as a failure prints them; empty for
   *     all
   */
  public record Order(long seed, int seeds, int needs, boolean ed25519, Set<String> only) {}

  /**
   * A violated invariant.
   *
   * @param scenario the smallest scenario found that violates it
   * @param kept names the elements that are left of the seed's scenario; empty if it was not shrunk
   * @param lines the last lines of the trace
   */
  public record Failure(
      InvariantViolation violation, Scenario scenario, List<String> kept, List<String> lines) {}

  private final LongSupplier nanos;
  private final Supplier<Overrides> overrides;
  private final Coverage coverage = new Coverage();
  private final SortedMap<String, Long> faults = new TreeMap<>();
  private final SortedMap<String, Long> outcomes = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private long events;
  private int seeds;
  private String digest = "";

  /**
   * @param nanos a clock in nanoseconds, which bounds the time to shrink a failure
   */
  public Simulator(LongSupplier nanos) {
    this(nanos, () -> Overrides.NONE);
  }

  /**
   * @param overrides makes the overrides for each run
   */
  public Simulator(LongSupplier nanos, Supplier<Overrides> overrides) {
    this.nanos = nanos;
    this.overrides = overrides;
    Fault.kinds().forEach(kind -> faults.put(kind, 0L));
  }

  /**
   * Runs the seeds.
   *
   * @param goOn asked before each seed; false stops
   * @return this, with the totals
   */
  public Simulator run(Order order, BooleanSupplier goOn) {
    for (int i = 0; i < order.seeds() && goOn.getAsBoolean(); i++) {
      Scenario scenario = scenario(order, order.seed() + i);
      RunResult result = new Simulation(scenario, overrides.get(), 0).run();
      seeds++;
      events += result.events();
      coverage.add(result.coverage());
      result.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
      result.outcomes().forEach((end, count) -> outcomes.merge(end, (long) count, Long::sum));
      digest = Sha256.hex((digest + result.digest()).getBytes(StandardCharsets.UTF_8));
      result.violation().ifPresent(violation -> failures.add(failure(order, scenario, violation)));
    }
    return this;
  }

  private static Scenario scenario(Order order, long seed) {
    Scenario drawn = ScenarioGenerator.of(seed, order.needs());
    UnaryOperator<Scenario> part =
        order.only().isEmpty()
            ? UnaryOperator.identity()
            : whole -> ScenarioSubset.of(whole, new TreeSet<>(order.only()));
    return part.apply(order.ed25519() ? drawn.signedWith(true) : drawn);
  }

  private Failure failure(Order order, Scenario scenario, InvariantViolation violation) {
    if (failures.size() >= SHRUNK_MAX) {
      return new Failure(violation, scenario, List.of(), List.of());
    }
    long until = nanos.getAsLong() + SHRINK_NANOS_MAX;
    Scenario shortest =
        new Shrinker(overrides, () -> nanos.getAsLong() - until > 0)
            .shrink(scenario, violation.invariant());
    RunResult again = new Simulation(shortest, overrides.get(), LINES_MAX).run();
    Scenario whole = ScenarioGenerator.of(scenario.seed(), order.needs());
    return new Failure(
        again.violation().orElse(violation),
        shortest,
        ScenarioSubset.names(whole, shortest),
        again.lines());
  }

  /** Returns the number of seeds run. */
  public int seeds() {
    return seeds;
  }

  /** Returns the number of events of all runs. */
  public long events() {
    return events;
  }

  /** Returns the failures, in the order of their seeds. */
  public List<Failure> failures() {
    return Collections.unmodifiableList(failures);
  }

  /** Returns how often each kind of fault struck. */
  public SortedMap<String, Long> faults() {
    return Collections.unmodifiableSortedMap(faults);
  }

  /** Returns the number of NEEDs by outcome. */
  public SortedMap<String, Long> outcomes() {
    return Collections.unmodifiableSortedMap(outcomes);
  }

  /** Returns how often each branch of the protocol was taken. */
  public SortedMap<String, Long> coverage() {
    return coverage.counts();
  }

  /** Returns the branches never taken and the kinds of fault that never struck. */
  public List<String> unreached() {
    List<String> unreached = new ArrayList<>();
    faults.forEach((kind, count) -> addIfNone(unreached, "fault/" + kind, count));
    coverage.counts().forEach((branch, count) -> addIfNone(unreached, branch, count));
    return unreached;
  }

  private static void addIfNone(List<String> unreached, String name, long count) {
    if (count == 0) {
      unreached.add(name);
    }
  }

  /** Returns the SHA-256 over the chained digests of all runs, lower-case hex. */
  public String digest() {
    return digest;
  }
}
