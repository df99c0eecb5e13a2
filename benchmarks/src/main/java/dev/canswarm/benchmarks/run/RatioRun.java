package dev.canswarm.benchmarks.run;

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
import java.util.function.Function;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * Measures the ratios in passes. A pass measures each ratio in a process of its own, so that the
 * processes of one ratio lie far apart and a temporary disturbance of the machine affects at most
 * one of them.
 */
final class RatioRun {
  private static final String TARGET_ENGINE = "accp";
  private static final String TARGET_PAYLOAD_BYTES = "512";

  /**
   * Touches the heap at JVM start; otherwise the first access to each page would wait for the
   * kernel.
   */
  private static final String TOUCH_MEMORY_FIRST = "-XX:+AlwaysPreTouch";

  private final JmhLauncher jmh;
  private final List<Ratio> wanted;
  private final String engine;
  private final String payloadBytes;
  private final Consumer<String> progress;
  private final Function<String, Optional<String>> unavailable;
  private final Map<Ratio, List<RunResult>> measured = new EnumMap<>(Ratio.class);
  private int passes;

  /**
   * @param wanted the ratios in the order of the report
   * @param parameters one value for each name; ratios with parameters other than those of their
   *     target are not compared with it
   * @param unavailable answers why an engine does not load, or empty if it does
   */
  RatioRun(
      JmhLauncher jmh,
      List<Ratio> wanted,
      Parameters parameters,
      Consumer<String> progress,
      Function<String, Optional<String>> unavailable) {
    this.jmh = jmh;
    this.wanted = wanted;
    this.engine = parameters.orElse(Parameters.ENGINE, List.of(TARGET_ENGINE)).get(0);
    this.payloadBytes =
        parameters.orElse(Parameters.PAYLOAD_BYTES, List.of(TARGET_PAYLOAD_BYTES)).get(0);
    this.progress = progress;
    this.unavailable = unavailable;
  }

  /**
   * Measures each ratio once more.
   *
   * @param time limits the warm-up of the processes
   */
  void pass(TimeBudget time) throws JmhException {
    passes++;
    int toCome = wanted.size();
    for (Ratio ratio : wanted) {
      if (unavailableReason(ratio).isEmpty()) {
        List<RunResult> runs =
            jmh.run(
                JmhLauncher.Request.of(List.of(ratio.benchmark()))
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

  /** Returns the results from all passes so far. */
  List<RatioResult> results() {
    return wanted.stream()
        .map(ratio -> result(ratio, measured.getOrDefault(ratio, List.of())))
        .toList();
  }

  /** Returns the results of JMH, grouped by ratio. */
  List<RunResult> runs() {
    return measured.values().stream().flatMap(List::stream).toList();
  }

  private RatioResult result(Ratio ratio, List<RunResult> runs) {
    Optional<String> absent = unavailableReason(ratio);
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

  /** Returns the reason why a ratio cannot be measured on this machine, or empty. */
  private Optional<String> unavailableReason(Ratio ratio) {
    String needed = ratio.comparesEngines() ? TARGET_ENGINE : engine;
    return ratio.needsEngine()
        ? unavailable.apply(needed).map(why -> needed + " does not load here: " + why)
        : Optional.empty();
  }
}
