package dev.canswarm.benchmarks.run;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.ratio.Ratio;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * The measurements of a run.
 *
 * @param quick whether to measure only the ratios and the allocation of the verify path
 * @param ratios in the order of the report
 * @param suite fully qualified names of the other benchmarks
 * @param parameters the requested parameters
 */
record BenchmarkPlan(boolean quick, List<Ratio> ratios, List<String> suite, Parameters parameters) {
  private static final String SUITE = "dev.canswarm.benchmarks.suite.";

  /** The benchmarks of a quick run beside the ratios: the allocation of the verify path. */
  private static final List<String> QUICK_SUITE =
      List.of(SUITE + "EnvelopeBenchmark.decodeAndVerify");

  /**
   * Selects the benchmarks.
   *
   * @param only a regular expression that names must contain; null selects all
   * @throws JmhException with {@link JmhExitCode#USAGE} if the expression is invalid or matches
   *     nothing
   */
  static BenchmarkPlan of(boolean quick, Parameters parameters, @Nullable String only)
      throws JmhException {
    if (quick) {
      parameters.requireSingle();
    }
    Pattern pattern = pattern(only);
    List<Ratio> ratios =
        Arrays.stream(Ratio.values()).filter(ratio -> pattern.matcher(ratio.key()).find()).toList();
    List<String> suite =
        (quick ? QUICK_SUITE : wholeSuite())
            .stream()
                .filter(name -> pattern.matcher(name.substring(SUITE.length())).find())
                .toList();
    if (ratios.isEmpty() && suite.isEmpty()) {
      throw new JmhException(
          JmhExitCode.USAGE, "--only: expected a part of a benchmark's name, got " + only, null);
    }
    return new BenchmarkPlan(quick, ratios, suite, parameters);
  }

  private static Pattern pattern(@Nullable String only) throws JmhException {
    try {
      return Pattern.compile(only == null ? "" : only);
    } catch (PatternSyntaxException e) {
      throw new JmhException(
          JmhExitCode.USAGE, "--only: expected a regular expression, got " + only, e);
    }
  }

  private static List<String> wholeSuite() {
    OutputFormat silent = new ProgressFormat(unused -> {});
    return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
        .map(BenchmarkListEntry::getUsername)
        .filter(name -> name.startsWith(SUITE))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Returns the engines of the suite: the requested ones, or else accp in a quick run and all that
   * load in a full run.
   */
  List<String> suiteEngines() {
    List<String> loading = BenchEngines.available();
    boolean onlyAccp = quick && loading.contains("accp");
    return parameters.orElse(Parameters.ENGINE, onlyAccp ? List.of("accp") : loading);
  }

  /**
   * Returns the payload sizes of the suite, in bytes: the requested ones, or else 512 in a quick
   * run; empty keeps the benchmarks' own values.
   */
  List<String> suiteSizes() {
    return parameters.orElse(Parameters.PAYLOAD_BYTES, quick ? List.of("512") : List.of());
  }

  /**
   * Returns the parameters of the ratios. A full run measures them with the targets' parameters,
   * not with those that were requested for the suite.
   */
  Parameters ratioParameters() {
    return quick ? parameters : Parameters.NONE;
  }
}
