package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.ratio.RatioResult;
import dev.canswarm.benchmarks.ratio.Round;
import dev.canswarm.benchmarks.ratio.Trial;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNull;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Renders a report as one JSON object on one line. Stateless. */
public final class SummaryJson {
  private static final MathContext SHOWN = new MathContext(6, RoundingMode.HALF_EVEN);

  private SummaryJson() {}

  /**
   * Returns the JSON of a report.
   *
   * @param exit the exit code of the process
   * @param directory the directory of the report's files; empty inside one of those files, since
   *     the directory may be moved
   */
  public static String of(Report report, int exit, String directory) {
    List<JsonValue> figures = new ArrayList<>();
    report.figures().forEach(figure -> figures.add(figure(figure)));
    JsonObject.Builder head = head(exit);
    if (!directory.isEmpty()) {
      head.put("report", directory);
    }
    return text(
        head.put("mode", report.quick() ? "quick" : "full")
            .put("started", report.started().toString())
            .put("seconds", number(report.took().toMillis() / 1e3))
            .put("inputs", Ring.INPUTS)
            .put("machine", machine(report.machine()))
            .put("ratios", byRatio(report, result -> number(result.value())))
            .put("targets", byRatio(report, result -> number(result.ratio().target())))
            .put("reached", byRatio(report, result -> flag(result.reached())))
            .put("rounds", byRatio(report, result -> rounds(result, Round::ratio)))
            .put(
                "rounds_by_total_time",
                byRatio(report, result -> rounds(result, Round::totalRatio)))
            .put("missed", report.missed())
            .put("not_warm", report.notWarm())
            .put("not_measured", reasons(report))
            .put("benchmarks", new JsonArray(figures)));
  }

  /** Returns the JSON that replaces the report when the run failed before there was one. */
  public static String failure(int exit, String message) {
    return text(head(exit).put("error", message));
  }

  private static JsonObject.Builder head(int exit) {
    return JsonObject.builder()
        .put("type", "summary")
        .put("ok", new JsonBoolean(exit == 0))
        .put("exit", exit);
  }

  private static String text(JsonObject.Builder object) {
    return new String(CanonicalJson.write(object.build()), StandardCharsets.UTF_8);
  }

  private static JsonObject machine(Machine machine) {
    return JsonObject.builder()
        .put("cpu", machine.cpu())
        .put("cores", machine.cores())
        .put("os", machine.os())
        .put("jdk", machine.jdk())
        .put("load_before", number(machine.loadBefore()))
        .put("engines", strings(machine.engines()))
        .build();
  }

  private static JsonObject byRatio(Report report, Function<RatioResult, JsonValue> value) {
    var members = new TreeMap<String, JsonValue>();
    report.ratios().forEach(result -> members.put(result.ratio().key(), value.apply(result)));
    return new JsonObject(members);
  }

  /** Returns one array for each process, with one number for each of its rounds. */
  private static JsonValue rounds(RatioResult result, ToDoubleFunction<Round> value) {
    List<JsonValue> trials = new ArrayList<>();
    for (Trial trial : result.trials()) {
      List<JsonValue> rounds = new ArrayList<>();
      trial.rounds().forEach(round -> rounds.add(number(value.applyAsDouble(round))));
      trials.add(new JsonArray(rounds));
    }
    return new JsonArray(trials);
  }

  private static JsonObject reasons(Report report) {
    var members = new TreeMap<String, String>();
    for (RatioResult result : report.ratios()) {
      if (!result.notMeasuredReason().isEmpty()) {
        members.put(result.ratio().key(), result.notMeasuredReason());
      }
    }
    return strings(members);
  }

  private static JsonObject figure(Figure figure) {
    JsonObject.Builder object =
        JsonObject.builder()
            .put("benchmark", figure.benchmark())
            .put("params", strings(figure.parameters()))
            .put("ops_per_s", number(figure.perSecond()))
            .put("ns_per_op", number(figure.nanos()));
    figure.errorPerSecond().ifPresent(error -> object.put("error_ops_per_s", number(error)));
    figure.allocatedBytes().ifPresent(bytes -> object.put("allocated_bytes_per_op", number(bytes)));
    return object.build();
  }

  private static JsonObject strings(Map<String, String> values) {
    var members = new TreeMap<String, JsonValue>();
    values.forEach((name, value) -> members.put(name, new JsonString(value)));
    return new JsonObject(members);
  }

  private static JsonValue number(Optional<Double> value) {
    return value.isPresent() ? number(value.get()) : JsonNull.INSTANCE;
  }

  private static JsonValue flag(Optional<Boolean> value) {
    return value.isPresent() ? new JsonBoolean(value.get()) : JsonNull.INSTANCE;
  }

  /** Rounds to six significant digits, since further digits are noise. */
  private static JsonNumber number(double value) {
    return new JsonNumber(new BigDecimal(value).round(SHOWN).doubleValue());
  }
}
