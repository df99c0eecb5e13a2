package dev.canswarm.benchmarks.run;

import dev.canswarm.benchmarks.ratio.Ratio;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.results.ThroughputResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures nothing: its benchmarks have the results and take the times that a test sets. */
final class PlayedLauncher extends JmhLauncher {
  final List<Request> requests = new ArrayList<>();
  final Map<Ratio, Double> ratios = new EnumMap<>(Ratio.class);
  Instant now = Instant.parse("2026-01-02T03:04:05Z");
  Duration perRun = Duration.ZERO;
  Optional<JmhException> failure = Optional.empty();

  PlayedLauncher() {
    super(unused -> {});
  }

  /** A clock that only the runs move. */
  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  @Override
  List<RunResult> run(Request request, Consumer<BenchmarkResult> done) throws JmhException {
    requests.add(request);
    now = now.plus(perRun);
    if (failure.isPresent()) {
      throw failure.get();
    }
    List<RunResult> results = new ArrayList<>();
    for (String benchmark : request.benchmarks()) {
      RunResult result = result(benchmark, request.parameters());
      done.accept(result.getAggregatedResult());
      results.add(result);
    }
    return results;
  }

  private RunResult result(String benchmark, Map<String, List<String>> parameters) {
    Optional<Ratio> ratio =
        Stream.of(Ratio.values()).filter(one -> one.benchmark().equals(benchmark)).findFirst();
    boolean hasParameters = ratio.isEmpty() || ratio.get().needsEngine();
    WorkloadParams workload = new WorkloadParams();
    if (hasParameters && !ratio.map(Ratio::comparesEngines).orElse(false)) {
      parameters.forEach((name, values) -> workload.put(name, values.get(0), 0));
    }
    IterationParams measurement =
        new IterationParams(IterationType.MEASUREMENT, 1, TimeValue.NONE, 1);
    BenchmarkParams params =
        new BenchmarkParams(
            benchmark,
            benchmark,
            false,
            1,
            new int[] {1},
            List.of(),
            1,
            0,
            new IterationParams(IterationType.WARMUP, 1, TimeValue.NONE, 1),
            measurement,
            Mode.Throughput,
            workload,
            TimeUnit.SECONDS,
            1,
            "java",
            List.of(),
            "17",
            "vm",
            "17",
            "1.37",
            TimeValue.NONE);
    IterationResult iteration =
        new IterationResult(params, measurement, new IterationResultMetaData(1, 1));
    long second = TimeUnit.SECONDS.toNanos(1);
    iteration.addResult(
        new ThroughputResult(ResultRole.PRIMARY, "score", 1_234, second, TimeUnit.SECONDS));
    ratio.ifPresent(one -> counters(iteration, ratios.getOrDefault(one, 1.0)));
    return new RunResult(params, List.of(new BenchmarkResult(params, List.of(iteration))));
  }

  private static void counters(IterationResult iteration, double ratio) {
    Map.of(
            "subjectCallNanos", 1_000.0,
            "baselineCallNanos", 1_000 * ratio,
            "subjectNanos", 1_000.0,
            "baselineNanos", 1_000 * ratio,
            "subjectCalls", 1.0,
            "baselineCalls", 1.0,
            "warm", 1.0)
        .forEach(
            (name, value) ->
                iteration.addResult(new ScalarResult(name, value, "#", AggregationPolicy.SUM)));
  }
}
