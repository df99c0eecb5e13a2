package dev.canswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.benchmarks.ratio.RatioBenchmark;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs every benchmark briefly in this process, on every engine that loads here. Measures nothing:
 * that is the task of {@code ./swarm jmh}.
 */
class BenchmarksRunTest {
  private static final int MOMENT_MILLIS = 10;
  private static final int INPUTS = 32;

  @Test
  void everyBenchmarkRuns() throws Exception {
    // JMH's lock keeps measurements from disturbing each other, but this test measures nothing.
    System.setProperty("jmh.ignoreLock", "true");
    System.setProperty(Ring.INPUTS_PROPERTY, String.valueOf(INPUTS));
    System.setProperty(RatioBenchmark.WARM_UP_PROPERTY, "0");
    Set<String> all = benchmarks();
    assertThat(all).contains(Ratio.SHA256.benchmark()).hasSizeGreaterThan(15);

    Set<String> ran = new HashSet<>();
    for (RunResult result : run(all)) {
      assertThat(result.getPrimaryResult().getScore()).isPositive();
      ran.add(result.getParams().getBenchmark());
    }
    assertThat(ran).isEqualTo(all);
  }

  private static Collection<RunResult> run(Set<String> benchmarks) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .param("payloadBytes", "512")
            .param("engine", BenchEngines.available().toArray(String[]::new))
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(MOMENT_MILLIS))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    benchmarks.forEach(name -> options.include("^" + Pattern.quote(name) + "$"));
    return new Runner(options.build()).run();
  }

  /**
   * Returns the annotated methods, except those that need a native engine which does not load here.
   */
  private static Set<String> benchmarks() throws Exception {
    Set<String> names = new HashSet<>();
    for (Class<?> type : classes()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Benchmark.class)) {
          names.add(type.getName() + "." + method.getName());
        }
      }
    }
    if (!BenchEngines.available().contains("accp")) {
      Arrays.stream(Ratio.values())
          .filter(Ratio::comparesEngines)
          .forEach(ratio -> names.remove(ratio.benchmark()));
    }
    return names;
  }

  private static List<Class<?>> classes()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path root =
        Path.of(RatioBenchmark.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name =
            root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        if (name.endsWith(".class") && !name.contains("jmh_generated")) {
          classes.add(
              Class.forName(
                  name.substring(0, name.length() - ".class".length()),
                  false,
                  BenchmarksRunTest.class.getClassLoader()));
        }
      }
    }
    return classes;
  }
}
