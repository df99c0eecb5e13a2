package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.ratio.RatioResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;

/**
 * All that a run found.
 *
 * @param quick whether only what the ratios need was measured
 * @param ratios in the order of {@link dev.canswarm.benchmarks.ratio.Ratio}
 * @param runs of JMH, the ratios' too
 * @param suite the runs that are no ratio's, with one score each
 */
public record Report(
    boolean quick,
    Instant started,
    Duration took,
    Machine machine,
    List<RatioResult> ratios,
    Collection<RunResult> runs,
    Collection<RunResult> suite) {

  /** Every number, the ratios' sides first. */
  public List<Figure> figures() {
    List<Figure> all = new ArrayList<>();
    ratios.forEach(ratio -> all.addAll(Figure.of(ratio)));
    all.addAll(suiteFigures());
    return all;
  }

  /** The numbers of the suite. */
  public List<Figure> suiteFigures() {
    return suite.stream().map(Figure::of).toList();
  }

  /** Ratios that miss their target. */
  public List<String> missed() {
    return ratios.stream()
        .filter(result -> !result.reached().orElse(true))
        .map(result -> result.ratio().key())
        .toList();
  }

  /** Ratios that were measured before all of the code was warm: they may be far off. */
  public List<String> notWarm() {
    return ratios.stream()
        .filter(result -> !result.warm())
        .map(result -> result.ratio().key())
        .toList();
  }

  /** Ratios that were to be measured and could not be. */
  public List<String> absent() {
    return ratios.stream()
        .filter(result -> result.value().isEmpty())
        .map(result -> result.ratio().key())
        .toList();
  }
}
