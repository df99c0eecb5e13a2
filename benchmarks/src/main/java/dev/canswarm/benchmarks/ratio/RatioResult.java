package dev.canswarm.benchmarks.ratio;

import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.results.BenchmarkResult;

/**
 * The measurements of a ratio.
 *
 * @param trials one for each process; empty if it was not measured
 * @param parameters parameters of the benchmark, such as {@code engine=accp payloadBytes=512}; may
 *     be empty
 * @param comparable whether it was measured with the parameters for which the target holds
 * @param notMeasuredReason the reason why it was not measured; empty if it was
 */
public record RatioResult(
    Ratio ratio,
    List<Trial> trials,
    String parameters,
    boolean comparable,
    String notMeasuredReason) {

  public RatioResult {
    trials = List.copyOf(trials);
  }

  /**
   * Creates the result of a measured ratio.
   *
   * @param forks results of {@link RatioBenchmark}, one for each process
   */
  public static RatioResult of(
      Ratio ratio, List<BenchmarkResult> forks, String parameters, boolean comparable) {
    List<Trial> trials = forks.stream().map(fork -> Trial.of(fork.getIterationResults())).toList();
    return new RatioResult(ratio, trials, parameters, comparable, "");
  }

  /** Creates the result of a ratio that could not be measured. */
  public static RatioResult absent(Ratio ratio, String why) {
    return new RatioResult(ratio, List.of(), "", false, why);
  }

  /** Returns the median of the processes, or empty if there is none. */
  public Optional<Double> value() {
    return trials.isEmpty()
        ? Optional.empty()
        : Optional.of(Medians.of(trials.stream().map(Trial::ratio).toList()));
  }

  /** Whether the ratio reaches its target; empty if it was not measured or is not comparable. */
  public Optional<Boolean> reached() {
    return comparable ? value().map(value -> value >= ratio.target()) : Optional.empty();
  }

  /** Whether all of the code was compiled before measuring, in every process. */
  public boolean warm() {
    return trials.stream().flatMap(trial -> trial.rounds().stream()).allMatch(Round::warm);
  }

  /**
   * Returns the CPU time of one call of the subject, in nanoseconds: the median of the processes.
   */
  public double subjectNanos() {
    return Medians.of(trials.stream().map(Trial::subjectNanos).toList());
  }

  /**
   * Returns the CPU time of one call of the baseline, in nanoseconds: the median of the processes.
   */
  public double baselineNanos() {
    return Medians.of(trials.stream().map(Trial::baselineNanos).toList());
  }
}
