package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.ratio.RatioResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;

/**
 * The results of a run.
 *
 * @param quick whether this was a quick run, which measures only the ratios and their allocation
 * @param ratios in the order of {@link dev.canswarm.benchmarks.ratio.Ratio}
 * @param runs all results of JMH, including those of the ratios
 * @param suite the results of the other benchmarks, with one score each
 */
public record Report(
    boolean quick,
    Instant started,
    Duration took,
    Machine machine,
    List<RatioResult> ratios,
    Collection<RunResult> runs,
    Collection<RunResult> suite) {

  /** Returns all figures, first those of the ratios' sides. */
  public List<Figure> figures() {
    List<Figure> all = new ArrayList<>();
    ratios.forEach(ratio -> all.addAll(Figure.of(ratio)));
    all.addAll(suiteFigures());
    return all;
  }

  /** Returns the figures of the benchmarks that are not ratios. */
  public List<Figure> suiteFigures() {
    return suite.stream().map(Figure::of).toList();
  }

  /** Returns the names of the ratios that miss their target. */
  public List<String> missed() {
    return ratios.stream()
        .filter(result -> !result.reached().orElse(true))
        .map(result -> result.ratio().key())
        .toList();
  }

  /**
   * Returns the names of the ratios that were measured before all of their code was compiled. Their
   * values may be far off.
   */
  public List<String> notWarm() {
    return ratios.stream()
        .filter(result -> !result.warm())
        .map(result -> result.ratio().key())
        .toList();
  }

  /** Returns the names of the ratios that could not be measured on this machine. */
  public List<String> absent() {
    return ratios.stream()
        .filter(result -> result.value().isEmpty())
        .map(result -> result.ratio().key())
        .toList();
  }
}
