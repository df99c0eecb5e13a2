package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.load.collect.Ends;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.figure.CryptoRate;
import dev.canswarm.benchmarks.load.proc.ProcessGroup;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNull;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String SAVED = "swarm.envelope.verifies{result=saved}:count";
  private static final String MADE = "swarm.envelope.verifies{result=made}:count";
  private static final Map<String, Double> COUNTED = Map.of(SAVED, 60.0, MADE, 20.0);

  @Test
  void everyFigureOfTheInterfaceIsThere() {
    JsonObject summary = summary(4, Map.of("ACCEPTED", 4), COUNTED);
    assertThat(summary.members())
        .containsKeys(
            "needs",
            "accepted",
            "rejected",
            "expired",
            "seconds",
            "needs_per_s",
            "needs_per_s_by_tenth",
            "p50_ms",
            "p90_ms",
            "p99_ms",
            "p999_ms",
            "max_ms",
            "cpu_ms_per_need",
            "rss_peak_bytes",
            "heap_after_gc_bytes",
            "allocated_bytes_per_need",
            "disk_bytes_per_need",
            "crypto_per_s",
            "of_crypto",
            "replayed_ok");
    assertThat(summary.get("type")).isEqualTo(new JsonString("summary"));
  }

  @Test
  void figuresAreTheUseBetweenTwoSamplesDividedByTheNeeds() {
    JsonObject summary = summary(4, Map.of("ACCEPTED", 4), COUNTED);
    assertThat(number(summary, "seconds")).isEqualTo(4);
    assertThat(number(summary, "needs_per_s")).isEqualTo(1);
    assertThat(
            ((JsonArray) Objects.requireNonNull(summary.members().get("needs_per_s_by_tenth")))
                .elements())
        .hasSize(10);
    JsonObject cpu = (JsonObject) Objects.requireNonNull(summary.members().get("cpu_ms_per_need"));
    assertThat(number(cpu, "pipeline")).isEqualTo(100);
    assertThat(number(cpu, "redis")).isEqualTo(10);
    assertThat(number(summary, "cpu_ms_per_need_total")).isEqualTo(110);
    assertThat(number(summary, "cpu_ms_per_need_harness")).isEqualTo(25);
    assertThat(number(summary, "disk_bytes_per_need")).isEqualTo(2000);
    assertThat(number(summary, "allocated_bytes_per_need")).isEqualTo(1000);
  }

  @Test
  void aChainIsEightSignsAndTheVerifiesThatWereMadeOrSaved() {
    JsonObject summary = summary(4, Map.of("ACCEPTED", 4), COUNTED);
    assertThat(number(summary, "verifies_made_per_need")).isEqualTo(5);
    assertThat(number(summary, "verifies_saved_per_need")).isEqualTo(15);
    // 8 signs at 8,000/s and 20 verifies at 20,000/s: 2 ms
    assertThat(number(summary, "crypto_per_s")).isEqualTo(500);
    assertThat(number(summary, "of_crypto")).isEqualTo(1 / 500.0);
  }

  @Test
  void whatThePipelineDoesNotTellIsNull() {
    JsonObject summary = summary(4, Map.of("ACCEPTED", 4), Map.of());
    assertThat(summary.get("crypto_per_s")).isEqualTo(JsonNull.INSTANCE);
    assertThat(summary.get("of_crypto")).isEqualTo(JsonNull.INSTANCE);
    assertThat(summary.get("replayed_ok")).isEqualTo(JsonNull.INSTANCE);
  }

  @Test
  void aNeedThatWasNotAcceptedFailsTheRun() {
    assertThat(summary(4, Map.of("ACCEPTED", 4), COUNTED).get("ok"))
        .isEqualTo(new JsonBoolean(true));
    JsonObject summary = summary(4, Map.of("ACCEPTED", 3, "REJECTED", 1), COUNTED);
    assertThat(summary.get("ok")).isEqualTo(new JsonBoolean(false));
    assertThat(number(summary, "exit")).isEqualTo(BenchExit.FAILED);
    assertThat(number(summary, "rejected")).isEqualTo(1);
  }

  private static JsonObject summary(
      int needs, Map<String, Integer> outcomes, Map<String, Double> meters) {
    Map<Integer, Long> ends = new HashMap<>();
    for (int number = 0; number < needs; number++) {
      ends.put(number, (number + 1) * SECOND);
    }
    Map<String, Double> nothing = new HashMap<>();
    meters.keySet().forEach(name -> nothing.put(name, 0.0));
    var run =
        new Summary.Measured(
            options(needs),
            new Summary.Course(
                false, new Ends(Map.of(), outcomes, Map.of(), List.of(), 0), 0, 0, ends),
            new Summary.Use(
                usage(Map.of("pipeline", 1_000L), 1_000, nothing, 100),
                usage(Map.of("pipeline", 1_400L, "redis", 40L), 9_000, meters, 200),
                OptionalLong.of(1 << 20),
                new Summary.Heap(4_000, 5, 6, 7),
                OptionalDouble.empty()),
            new CryptoRate(8_000, 20_000),
            Optional.empty(),
            Map.of());
    return StrictJson.parseObject(Summary.of(run).json().getBytes(StandardCharsets.UTF_8));
  }

  private static Usage usage(
      Map<String, Long> cpu, long disk, Map<String, Double> meters, long harness) {
    return new Usage(
        new ProcessGroup.Usage(cpu, OptionalLong.of(disk)), List.of(), meters, List.of(), harness);
  }

  private static BenchOptions options(int needs) {
    return BenchOptions.of(needs).stallSeconds(10).build();
  }

  private static double number(JsonObject object, String name) {
    return ((JsonNumber) Objects.requireNonNull(object.members().get(name))).value();
  }
}
