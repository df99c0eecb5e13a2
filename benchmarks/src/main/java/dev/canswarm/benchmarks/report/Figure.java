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
 * One measured number.
 *
 * @param benchmark class and method, without the package; of a ratio's side, its key and the side
 * @param parameters by name
 * @param perSecond operations
 * @param errorPerSecond half of the 99.9 % confidence interval, where there is one
 * @param allocatedBytes per operation, where it was measured
 */
public record Figure(
    String benchmark,
    Map<String, String> parameters,
    double perSecond,
    OptionalDouble errorPerSecond,
    OptionalDouble allocatedBytes) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** Of a benchmark whose score is operations per second. */
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

  /** The two sides of a ratio. */
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

  /** Time of one operation. */
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
