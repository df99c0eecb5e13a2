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

/**
 * Runs benchmarks by their names, each in a process of its own with the flags of this one. Blocks
 * until they are done.
 */
final class Jmh {
  /** A heap of one size, with a young generation in which garbage seldom needs collecting. */
  private static final String[] HEAP = {"-Xms512m", "-Xmx512m", "-Xmn384m"};

  private static final int FEW_ITERATIONS = 2;

  private final Consumer<String> note;

  /**
   * @param note takes what JMH said, where it failed
   */
  Jmh(Consumer<String> note) {
    this.note = note;
  }

  /**
   * What to run.
   *
   * @param benchmarks full names
   * @param parameters those that are missing keep the values that the benchmarks have
   * @param allocation whether to measure that too
   * @param jvmArgs for the measuring process, beside those of this one
   * @param few whether a few iterations do: for what hardly varies, as allocation does not
   */
  record Request(
      List<String> benchmarks,
      Map<String, List<String>> parameters,
      List<String> jvmArgs,
      boolean allocation,
      boolean few) {

    static Request of(List<String> benchmarks) {
      return new Request(benchmarks, Map.of(), List.of(), false, false);
    }

    /** With values for a parameter; none keeps the benchmarks' own. */
    Request with(String parameter, List<String> values) {
      Map<String, List<String>> more = new LinkedHashMap<>(parameters);
      if (!values.isEmpty()) {
        more.put(parameter, values);
      }
      return new Request(benchmarks, more, jvmArgs, allocation, few);
    }

    Request withJvmArg(String arg) {
      List<String> more = new ArrayList<>(jvmArgs);
      more.add(arg);
      return new Request(benchmarks, parameters, more, allocation, few);
    }

    Request withAllocation(boolean fewIterations) {
      return new Request(benchmarks, parameters, jvmArgs, true, fewIterations);
    }
  }

  /**
   * Runs them.
   *
   * @param done told of each that has ended
   * @throws JmhException when one failed, or another run has the lock
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
    if (request.few()) {
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
          Exit.ENVIRONMENT,
          "JMH cannot take its lock, as when another run is under way, and each would disturb the"
              + " other: wait for it, or set SWARM_JAVA_OPTS=-Djmh.ignoreLock=true; "
              + message.replaceAll("\\s+", " "),
          e);
    }
    note.accept(format.lastLines());
    return new JmhException(Exit.FAILED, "a benchmark failed: " + message, e);
  }
}
