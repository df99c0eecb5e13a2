package dev.canswarm.benchmarks.ratio;

import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.results.BenchmarkResult;

/**
 * A ratio as measured.
 *
 * @param trials one per process; empty where it was not measured
 * @param parameters of the benchmark, as {@code engine=accp payloadBytes=512}; may be empty
 * @param comparable whether it was measured as its target says
 * @param whyAbsent why it was not measured; empty where it was
 */
public record RatioResult(
    Ratio ratio, List<Trial> trials, String parameters, boolean comparable, String whyAbsent) {

  public RatioResult {
    trials = List.copyOf(trials);
  }

  /**
   * One as measured.
   *
   * @param forks of {@link RatioBenchmark}
   */
  public static RatioResult of(
      Ratio ratio, List<BenchmarkResult> forks, String parameters, boolean comparable) {
    List<Trial> trials = forks.stream().map(fork -> Trial.of(fork.getIterationResults())).toList();
    return new RatioResult(ratio, trials, parameters, comparable, "");
  }

  /** One that was not measured. */
  public static RatioResult absent(Ratio ratio, String why) {
    return new RatioResult(ratio, List.of(), "", false, why);
  }

  /** The median of the processes. */
  public Optional<Double> value() {
    return trials.isEmpty()
        ? Optional.empty()
        : Optional.of(Medians.of(trials.stream().map(Trial::ratio).toList()));
  }

  /** Whether it reaches its target; empty where that cannot be said. */
  public Optional<Boolean> reached() {
    return comparable ? value().map(value -> value >= ratio.target()) : Optional.empty();
  }

  /** Whether all of the code was compiled in every process. */
  public boolean warm() {
    return trials.stream().flatMap(trial -> trial.rounds().stream()).allMatch(Round::warm);
  }

  /** CPU time of one call of the subject: the median of the processes. */
  public double subjectNanos() {
    return Medians.of(trials.stream().map(Trial::subjectNanos).toList());
  }

  /** CPU time of one call of the baseline: the median of the processes. */
  public double baselineNanos() {
    return Medians.of(trials.stream().map(Trial::baselineNanos).toList());
  }
}
