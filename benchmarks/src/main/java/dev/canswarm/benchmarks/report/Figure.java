package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.ratio.RatioResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * The measured speed of one benchmark with one set of parameters.
 *
 * @param benchmark class and method without the package; for a side of a ratio, the ratio's key and
 *     the side's name
 * @param parameters values by parameter name
 * @param perSecond operations per second
 * @param errorPerSecond half of the 99.9 % confidence interval, if JMH computed one
 * @param allocatedBytes bytes allocated per operation, if measured
 */
public record Figure(
    String benchmark,
    Map<String, String> parameters,
    double perSecond,
    OptionalDouble errorPerSecond,
    OptionalDouble allocatedBytes) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** Converts the result of a benchmark whose score is operations per second. */
  static Figure of(RunResult run) {
    Result<?> score = run.getPrimaryResult();
    return new Figure(
        name(run.getParams()),
        parameters(run.getParams()),
        score.getScore(),
        Double.isNaN(score.getScoreError())
            ? OptionalDouble.empty()
            : OptionalDouble.of(score.getScoreError()),
        allocated(run));
  }

  /** Returns one figure for each side of a ratio, or none if it was not measured. */
  static List<Figure> of(RatioResult result) {
    if (result.trials().isEmpty()) {
      return List.of();
    }
    String key = result.ratio().key() + ".";
    return List.of(
        ofNanos(key + result.ratio().subject(), result.subjectNanos()),
        ofNanos(key + result.ratio().baseline(), result.baselineNanos()));
  }

  private static Figure ofNanos(String name, double nanos) {
    return new Figure(
        name, Map.of(), NANOS_PER_SECOND / nanos, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** Returns the time of one operation, in nanoseconds. */
  public double nanos() {
    return NANOS_PER_SECOND / perSecond;
  }

  private static OptionalDouble allocated(RunResult run) {
    return run.getSecondaryResults().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(ALLOCATED))
        .mapToDouble(entry -> entry.getValue().getScore())
        .findFirst();
  }

  private static String name(BenchmarkParams params) {
    String full = params.getBenchmark();
    int method = full.lastIndexOf('.');
    return full.substring(full.lastIndexOf('.', method - 1) + 1);
  }

  private static Map<String, String> parameters(BenchmarkParams params) {
    Map<String, String> all = new LinkedHashMap<>();
    params.getParamsKeys().forEach(key -> all.put(key, params.getParam(key)));
    return all;
  }
}
