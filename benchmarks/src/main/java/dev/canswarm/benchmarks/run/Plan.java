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
 * What a run measures.
 *
 * @param ratios in the order of the report
 * @param suite full names of the other benchmarks
 * @param parameters what was asked for
 */
record Plan(boolean quick, List<Ratio> ratios, List<String> suite, Parameters parameters) {
  private static final String SUITE = "dev.canswarm.benchmarks.suite.";

  /** What the quick run measures beside the ratios: allocation on the verify path. */
  private static final List<String> QUICK_SUITE =
      List.of(SUITE + "EnvelopeBenchmark.decodeAndVerify");

  /**
   * The plan.
   *
   * @param only what names must contain; null for all
   * @throws JmhException USAGE where that leaves nothing or makes no sense
   */
  static Plan of(boolean quick, Parameters parameters, @Nullable String only) throws JmhException {
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
          Exit.USAGE, "--only: expected a part of a benchmark's name, got " + only, null);
    }
    return new Plan(quick, ratios, suite, parameters);
  }

  private static Pattern pattern(@Nullable String only) throws JmhException {
    try {
      return Pattern.compile(only == null ? "" : only);
    } catch (PatternSyntaxException e) {
      throw new JmhException(Exit.USAGE, "--only: expected a regular expression, got " + only, e);
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

  /** The engines of the suite: those asked for; else accp, or all that load. */
  List<String> suiteEngines() {
    List<String> loading = BenchEngines.available();
    boolean onlyAccp = quick && loading.contains("accp");
    return parameters.orElse(Parameters.ENGINE, onlyAccp ? List.of("accp") : loading);
  }

  /** The sizes of the suite: those asked for; else the ratios', or what the benchmarks say. */
  List<String> suiteSizes() {
    return parameters.orElse(Parameters.PAYLOAD_BYTES, quick ? List.of("512") : List.of());
  }

  /** The ratios' parameters. In a full run they are the table's, whatever the suite's are. */
  Parameters ratioParameters() {
    return quick ? parameters : Parameters.NONE;
  }
}
