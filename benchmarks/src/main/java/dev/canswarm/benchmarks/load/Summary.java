package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.collect.Ends;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.figure.CryptoRate;
import dev.canswarm.benchmarks.load.figure.Latencies;
import dev.canswarm.benchmarks.load.figure.Tenths;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The figures of a run, from what was measured. Pure.
 *
 * @param exit of {@link BenchExit}
 */
record Summary(int exit, Figures figures) {
  static final String TYPE = "type";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String SAVED = "swarm.envelope.verifies{result=saved}:count";
  private static final double MILLIS = 1e3;
  private static final Pattern STAGE_COUNT = Pattern.compile("swarm\\.stage\\{stage=(.*)}:count");
  private static final String MADE = "swarm.envelope.verifies{result=made}:count";

  /**
   * All measurements of a run.
   *
   * @param crypto measured on the idle stack before and after
   * @param replay empty if none was asked for
   * @param profile more figures, where a profile was asked for
   */
  record Measured(
      BenchOptions options,
      Course course,
      Use use,
      CryptoRate crypto,
      Optional<ReplaySample> replay,
      Map<String, Map<String, Double>> profile) {}

  /**
   * How and when the NEEDs ended.
   *
   * @param repeated FINALIZEs of NEEDs that had ended before
   * @param deadLettered records that were refused
   * @param endNanos when each NEED ended, by its record's number, from the first send
   */
  record Course(
      boolean timedOut, Ends ends, int repeated, int deadLettered, Map<Integer, Long> endNanos) {}

  /**
   * Resources that the stack used during the run.
   *
   * @param heap heap figures of the pipeline
   */
  record Use(
      Usage before,
      Usage after,
      OptionalLong rssPeakBytes,
      Heap heap,
      OptionalDouble diskKeptBytes) {}

  /**
   * Heap figures, summed over all JVMs.
   *
   * @param allocatedBytes during the phase
   * @param afterGcBytes in use after everything was collected at the end
   * @param afterGcMaxBytes the most in use after any collection of the phase; 0 for none
   * @param collections of the phase
   */
  record Heap(long allocatedBytes, long afterGcBytes, long afterGcMaxBytes, int collections) {}

  static Summary of(Measured run) {
    BenchOptions options = run.options();
    int accepted = run.course().ends().outcome("ACCEPTED");
    boolean good =
        accepted == options.needs()
            && run.course().ends().faultCount() == 0
            && run.replay().map(ReplaySample::ok).orElse(true);
    int exit =
        run.course().timedOut() ? BenchExit.TIMED_OUT : good ? BenchExit.OK : BenchExit.FAILED;
    Figures figures = head(exit);
    figures
        .put("needs", options.needs())
        .put("accepted", accepted)
        .put("rejected", run.course().ends().outcome("REJECTED"))
        .put("expired", run.course().ends().outcome("EXPIRED"))
        .put("dead_lettered", run.course().deadLettered())
        .putNumbers("reasons", run.course().ends().reasons())
        .put("finalizes_repeated", run.course().repeated())
        .put("faults", run.course().ends().faultCount())
        .putStrings("fault_examples", run.course().ends().faults());
    times(figures, run);
    resources(figures, run);
    crypto(figures, run);
    stages(figures, run);
    replay(figures, run.replay());
    run.profile().forEach(figures::putNumbers);
    options(figures, options);
    return new Summary(exit, figures);
  }

  /** Returns the summary of a run that failed before it had figures. */
  static String failure(int exit, String message) {
    return head(exit).put("error", message).json();
  }

  private static Figures head(int exit) {
    return new Figures().put(TYPE, "summary").put("ok", exit == BenchExit.OK).put("exit", exit);
  }

  private static void times(Figures figures, Measured run) {
    long[] ends = run.course().endNanos().values().stream().mapToLong(Long::longValue).toArray();
    OptionalLong last = LongStream.of(ends).max();
    OptionalDouble seconds =
        last.isPresent()
            ? OptionalDouble.of(last.getAsLong() / NANOS_PER_SECOND)
            : OptionalDouble.empty();
    Optional<Latencies> times =
        ends.length == 0
            ? Optional.empty()
            : Optional.of(Latencies.of(run.options().schedule(), run.course().endNanos()));
    figures
        .put("seconds", seconds)
        .put("needs_per_s", needsPerSecond(run))
        .putNumbers("needs_per_s_by_tenth", Tenths.perSecond(ends))
        .put("p50_ms", value(times.map(Latencies::p50)))
        .put("p90_ms", value(times.map(Latencies::p90)))
        .put("p99_ms", value(times.map(Latencies::p99)))
        .put("p999_ms", value(times.map(Latencies::p999)))
        .put("max_ms", value(times.map(Latencies::max)));
  }

  private static OptionalDouble needsPerSecond(Measured run) {
    OptionalLong last = run.course().endNanos().values().stream().mapToLong(Long::longValue).max();
    return last.isPresent()
        ? OptionalDouble.of(run.course().endNanos().size() * NANOS_PER_SECOND / last.getAsLong())
        : OptionalDouble.empty();
  }

  private static void resources(Figures figures, Measured run) {
    double needs = run.options().needs();
    Map<String, Double> cpu = new LinkedHashMap<>();
    run.use()
        .after()
        .processes()
        .cpuMillis()
        .forEach(
            (name, millis) ->
                cpu.put(
                    name,
                    (millis - run.use().before().processes().cpuMillis().getOrDefault(name, 0L))
                        / needs));
    double total = cpu.values().stream().mapToDouble(Double::doubleValue).sum();
    figures
        .putNumbers("cpu_ms_per_need", cpu)
        .put("cpu_ms_per_need_total", total)
        .put(
            "cpu_ms_per_need_harness",
            (run.use().after().harnessCpuMillis() - run.use().before().harnessCpuMillis()) / needs)
        .put("rss_peak_bytes", asDouble(run.use().rssPeakBytes()))
        .put("heap_after_gc_bytes", run.use().heap().afterGcBytes())
        .put("heap_after_gc_max_bytes", run.use().heap().afterGcMaxBytes())
        .put("collections", run.use().heap().collections())
        .put("allocated_bytes_per_need", run.use().heap().allocatedBytes() / needs)
        .put("disk_bytes_per_need", diskBytes(run, needs))
        .put("disk_kept_bytes_per_need", scaled(run.use().diskKeptBytes(), needs));
  }

  private static OptionalDouble diskBytes(Measured run, double needs) {
    OptionalLong before = run.use().before().processes().diskBytes();
    OptionalLong after = run.use().after().processes().diskBytes();
    return before.isPresent() && after.isPresent()
        ? OptionalDouble.of((after.getAsLong() - before.getAsLong()) / needs)
        : OptionalDouble.empty();
  }

  private static void crypto(Figures figures, Measured run) {
    OptionalDouble made = meterPerNeed(run, MADE);
    OptionalDouble saved = meterPerNeed(run, SAVED);
    OptionalDouble chains =
        made.isPresent() && saved.isPresent()
            ? OptionalDouble.of(
                run.crypto().chainsPerSecond(made.getAsDouble() + saved.getAsDouble()))
            : OptionalDouble.empty();
    OptionalDouble rate = needsPerSecond(run);
    figures
        .put("signs_per_s", run.crypto().signsPerSecond())
        .put("verifies_per_s", run.crypto().verifiesPerSecond())
        .put("verifies_made_per_need", made)
        .put("verifies_saved_per_need", saved)
        .put("crypto_per_s", chains)
        .put(
            "of_crypto",
            chains.isPresent() && rate.isPresent()
                ? OptionalDouble.of(rate.getAsDouble() / chains.getAsDouble())
                : OptionalDouble.empty());
  }

  /** Adds the time of turns in each stage, including waits, and their number of inputs. */
  private static void stages(Figures figures, Measured run) {
    Map<String, Double> turns = new TreeMap<>();
    Map<String, Double> inputs = new TreeMap<>();
    Map<String, Double> millis = new TreeMap<>();
    for (String meter : run.use().after().meters().keySet()) {
      Matcher count = STAGE_COUNT.matcher(meter);
      if (count.matches()) {
        String stage = count.group(1);
        double passed = growth(run, meter);
        turns.put(stage, passed);
        inputs.put(stage, growth(run, "swarm.stage.inputs{stage=" + stage + "}:total") / passed);
        millis.put(stage, MILLIS * growth(run, "swarm.stage{stage=" + stage + "}:total") / passed);
      }
    }
    figures
        .putNumbers("stage_turns", turns)
        .putNumbers("stage_inputs_per_turn", inputs)
        .putNumbers("stage_ms_per_turn", millis);
  }

  private static double growth(Measured run, String meter) {
    return run.use().after().meters().getOrDefault(meter, 0.0)
        - run.use().before().meters().getOrDefault(meter, 0.0);
  }

  private static OptionalDouble meterPerNeed(Measured run, String name) {
    Double before = run.use().before().meters().get(name);
    Double after = run.use().after().meters().get(name);
    return before == null || after == null
        ? OptionalDouble.empty()
        : OptionalDouble.of((after - before) / run.options().needs());
  }

  private static void replay(Figures figures, Optional<ReplaySample> replay) {
    figures
        .put("replayed_ok", replay.map(ReplaySample::ok))
        .put("replayed", replay.map(ReplaySample::asked).orElse(0))
        .putStrings("replay_failures", replay.map(ReplaySample::failures).orElse(List.of()));
  }

  private static void options(Figures figures, BenchOptions options) {
    Map<String, Number> numbers = new HashMap<>();
    numbers.put("rate", options.perSecond());
    numbers.put("payload", options.payloadBytes());
    numbers.put("k", options.k());
    numbers.put("threads", options.records().threads());
    numbers.put("processes", options.processes());
    numbers.put("warmup", options.warmup());
    figures
        .putNumbers("options", numbers)
        .put("engine", options.engine())
        .put("pinned", options.pin())
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("jdk", System.getProperty("java.vm.version", "?"));
  }

  private static OptionalDouble value(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }

  private static OptionalDouble asDouble(OptionalLong value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsLong()) : OptionalDouble.empty();
  }

  private static OptionalDouble scaled(OptionalDouble value, double by) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() / by) : value;
  }

  /** Returns a figure; NaN if it is not a number or not known. */
  double number(String name) {
    return figures.number(name);
  }

  /** Returns the figures as one line of JSON. */
  String json() {
    return figures.json();
  }

  /** A line for each figure. */
  String text() {
    return figures.text();
  }
}
