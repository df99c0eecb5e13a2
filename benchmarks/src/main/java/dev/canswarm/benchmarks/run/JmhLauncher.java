package dev.canswarm.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs benchmarks by name, each in a process of its own with the JVM flags of this one. */
class JmhLauncher {
  /** A fixed heap size, with a large young generation so that collections are rare. */
  private static final String[] HEAP = {"-Xms512m", "-Xmx512m", "-Xmn384m"};

  private static final int FEW_ITERATIONS = 2;

  private final Consumer<String> note;

  /**
   * @param note receives JMH's last output if a run fails
   */
  JmhLauncher(Consumer<String> note) {
    this.note = note;
  }

  /**
   * A request to run benchmarks.
   *
   * @param benchmarks fully qualified names
   * @param parameters values by name; a missing name keeps the benchmark's own values
   * @param jvmArgs further JVM flags of the measuring process
   * @param allocation whether to measure allocation too
   * @param fewIterations whether a few iterations suffice, as for allocation, which hardly varies
   */
  record Request(
      List<String> benchmarks,
      Map<String, List<String>> parameters,
      List<String> jvmArgs,
      boolean allocation,
      boolean fewIterations) {

    static Request of(List<String> benchmarks) {
      return new Request(benchmarks, Map.of(), List.of(), false, false);
    }

    /**
     * Returns the request with values for a parameter; an empty list keeps the benchmark's own
     * values.
     */
    Request with(String parameter, List<String> values) {
      Map<String, List<String>> more = new LinkedHashMap<>(parameters);
      if (!values.isEmpty()) {
        more.put(parameter, values);
      }
      return new Request(benchmarks, more, jvmArgs, allocation, fewIterations);
    }

    Request withJvmArg(String arg) {
      List<String> more = new ArrayList<>(jvmArgs);
      more.add(arg);
      return new Request(benchmarks, parameters, more, allocation, fewIterations);
    }

    Request withAllocation(boolean fewIterations) {
      return new Request(benchmarks, parameters, jvmArgs, true, fewIterations);
    }
  }

  /**
   * Runs the benchmarks. Blocks until all of them are finished.
   *
   * @param done receives the result of each finished benchmark
   * @throws JmhException if a benchmark failed, or another run holds JMH's lock
   */
  List<RunResult> run(Request request, Consumer<BenchmarkResult> done) throws JmhException {
    ChainedOptionsBuilder options =
        new OptionsBuilder().jvmArgsPrepend(HEAP).shouldFailOnError(true);
    request.benchmarks().forEach(name -> options.include("^" + Pattern.quote(name) + "$"));
    request
        .parameters()
        .forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    options.jvmArgsAppend(request.jvmArgs().toArray(String[]::new));
    if (request.allocation()) {
      options.addProfiler(GCProfiler.class);
    }
    if (request.fewIterations()) {
      options.warmupIterations(FEW_ITERATIONS).measurementIterations(FEW_ITERATIONS);
    }
    var format = new ProgressFormat(done);
    try {
      return List.copyOf(new Runner(options.build(), format).run());
    } catch (RunnerException e) {
      throw failure(e, format);
    }
  }

  private JmhException failure(RunnerException e, ProgressFormat format) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("JMH lock")) {
      return new JmhException(
          JmhExitCode.ENVIRONMENT,
          "JMH cannot take its lock, probably because another run is in progress. The two would"
              + " disturb each other: wait for it, or set SWARM_JAVA_OPTS=-Djmh.ignoreLock=true; "
              + message.replaceAll("\\s+", " "),
          e);
    }
    note.accept(format.lastLines());
    return new JmhException(JmhExitCode.FAILED, "a benchmark failed: " + message, e);
  }
}
