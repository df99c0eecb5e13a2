package dev.canswarm.benchmarks.run;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.benchmarks.ratio.RatioBenchmark;
import dev.canswarm.benchmarks.ratio.RatioResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * Measures the ratios in passes: a pass has each in a process of its own. So the processes of one
 * ratio lie far apart, and what slows the machine for a while spoils one of them at most.
 */
final class RatioRun {
  private static final String TARGET_ENGINE = "accp";
  private static final String TARGET_PAYLOAD_BYTES = "512";

  /** Otherwise whoever comes first to a page of the heap waits until the system has made it. */
  private static final String TOUCH_MEMORY_FIRST = "-XX:+AlwaysPreTouch";

  private final Jmh jmh;
  private final List<Ratio> wanted;
  private final String engine;
  private final String payloadBytes;
  private final Consumer<String> progress;
  private final Map<Ratio, List<RunResult>> measured = new EnumMap<>(Ratio.class);
  private int passes;

  /**
   * @param wanted in the order of the report
   * @param parameters one value each; a ratio measured with others than its target's is not
   *     compared with it
   */
  RatioRun(Jmh jmh, List<Ratio> wanted, Parameters parameters, Consumer<String> progress) {
    this.jmh = jmh;
    this.wanted = wanted;
    this.engine = parameters.orElse(Parameters.ENGINE, List.of(TARGET_ENGINE)).get(0);
    this.payloadBytes =
        parameters.orElse(Parameters.PAYLOAD_BYTES, List.of(TARGET_PAYLOAD_BYTES)).get(0);
    this.progress = progress;
  }

  /**
   * Measures each once more.
   *
   * @param time how long that may take
   */
  void pass(TimeBudget time) throws JmhException {
    passes++;
    int toCome = wanted.size();
    for (Ratio ratio : wanted) {
      if (whyAbsent(ratio).isEmpty()) {
        List<RunResult> runs =
            jmh.run(
                Jmh.Request.of(List.of(ratio.benchmark()))
                    .withJvmArg(TOUCH_MEMORY_FIRST)
                    .withJvmArg(
                        "-D" + RatioBenchmark.WARM_UP_PROPERTY + "=" + time.warmUpMillis(toCome))
                    .with(Parameters.ENGINE, List.of(engine))
                    .with(Parameters.PAYLOAD_BYTES, List.of(payloadBytes)),
                unused -> {});
        measured.computeIfAbsent(ratio, unused -> new ArrayList<>()).addAll(runs);
        progress.accept(
            String.format(
                Locale.ROOT,
                "process %d  %-24s %6.2f",
                passes,
                ratio.key(),
                result(ratio, runs).value().orElse(Double.NaN)));
      }
      toCome--;
    }
  }

  /** The ratios by all passes so far. */
  List<RatioResult> results() {
    return wanted.stream()
        .map(ratio -> result(ratio, measured.getOrDefault(ratio, List.of())))
        .toList();
  }

  /** What JMH gave, ratio by ratio. */
  List<RunResult> runs() {
    return measured.values().stream().flatMap(List::stream).toList();
  }

  private RatioResult result(Ratio ratio, List<RunResult> runs) {
    Optional<String> absent = whyAbsent(ratio);
    if (absent.isPresent()) {
      return RatioResult.absent(ratio, absent.get());
    }
    BenchmarkParams params = runs.get(0).getParams();
    List<String> shown = new ArrayList<>();
    boolean comparable = true;
    for (String name : params.getParamsKeys()) {
      String value = params.getParam(name);
      shown.add(name + "=" + value);
      comparable &=
          value.equals(name.equals(Parameters.ENGINE) ? TARGET_ENGINE : TARGET_PAYLOAD_BYTES);
    }
    return RatioResult.of(
        ratio,
        runs.stream().flatMap(run -> run.getBenchmarkResults().stream()).toList(),
        String.join(" ", shown),
        comparable);
  }

  /** Why a ratio cannot be measured here. */
  private Optional<String> whyAbsent(Ratio ratio) {
    String needed = ratio.comparesEngines() ? TARGET_ENGINE : engine;
    return ratio.needsEngine()
        ? BenchEngines.whyAbsent(needed).map(why -> needed + " does not load here: " + why)
        : Optional.empty();
  }
}
