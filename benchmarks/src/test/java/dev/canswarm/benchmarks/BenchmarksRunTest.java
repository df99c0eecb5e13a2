package dev.canswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, for a moment and in this process: numbers come from a run by hand. */
class BenchmarksRunTest {
  private static final int MOMENT_MILLIS = 20;

  @Test
  void everyBenchmarkRuns() throws RunnerException {
    // The lock keeps measurements from disturbing each other; nothing is measured here.
    System.setProperty("jmh.ignoreLock", "true");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("^dev\\.canswarm\\.benchmarks\\.")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(MOMENT_MILLIS))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results)
        .extracting(result -> result.getParams().getBenchmark())
        .containsAll(
            Arrays.stream(EnvelopeBenchmark.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> EnvelopeBenchmark.class.getName() + "." + method.getName())
                .toList());
    assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
  }
}
