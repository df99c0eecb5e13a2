package dev.canswarm.benchmarks.ratio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;

/**
 * The aggregate of some iterations of a pair.
 *
 * @param ratio the subject's rate divided by the baseline's: the median of the iterations
 * @param subjectNanos the CPU time of one call of the subject in the median turn, in nanoseconds
 * @param baselineNanos the CPU time of one call of the baseline in the median turn, in nanoseconds
 * @param totalRatio the ratio by total wall-clock time, including disturbances
 * @param warm whether all of the code was compiled before measuring
 */
public record Round(
    double ratio, double subjectNanos, double baselineNanos, double totalRatio, boolean warm) {
  /**
   * Aggregates the counters of the iterations.
   *
   * @throws IllegalArgumentException if a counter is missing
   */
  static Round of(Collection<IterationResult> iterations) {
    List<Double> ratios = new ArrayList<>();
    List<Double> subjects = new ArrayList<>();
    List<Double> baselines = new ArrayList<>();
    for (IterationResult iteration : iterations) {
      double subject = counter(iteration, "subjectCallNanos");
      double baseline = counter(iteration, "baselineCallNanos");
      ratios.add(baseline / subject);
      subjects.add(subject);
      baselines.add(baseline);
    }
    double perSubjectCall = sum(iterations, "subjectNanos") / sum(iterations, "subjectCalls");
    double perBaselineCall = sum(iterations, "baselineNanos") / sum(iterations, "baselineCalls");
    return new Round(
        Medians.of(ratios),
        Medians.of(subjects),
        Medians.of(baselines),
        perBaselineCall / perSubjectCall,
        sum(iterations, "warm") == iterations.size());
  }

  private static double sum(Collection<IterationResult> iterations, String name) {
    return iterations.stream().mapToDouble(iteration -> counter(iteration, name)).sum();
  }

  private static double counter(IterationResult iteration, String name) {
    var result = iteration.getSecondaryResults().get(name);
    if (result == null) {
      throw new IllegalArgumentException("expected the counter " + name + ", got none");
    }
    return result.getScore();
  }
}
