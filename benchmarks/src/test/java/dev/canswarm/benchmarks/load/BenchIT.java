package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short run against the pipeline's jar, which {@code -am} or a whole build makes first. */
class BenchIT {
  private static final Path JAR = Path.of("..", "pipeline", "target", "can-swarm.jar");
  private static final int NEEDS = 50;

  @Test
  @Timeout(600) // a guard against a hang: a busy machine takes minutes for what takes seconds
  void aShortRunCountsChecksAndReplaysItsNeeds(@TempDir Path reports) {
    assertThat(JAR).as("build it with ./mvnw -pl pipeline,benchmarks -am verify").exists();
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit =
        BenchCommand.execute(
            new BenchCommand.Place(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                System.getenv(),
                JAR.toAbsolutePath().normalize(),
                reports),
            "--needs=" + NEEDS,
            "--warmup=20",
            "--rate=40",
            "--threads=10",
            "--profile",
            "--json");
    String said = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    assertThat(exit).as(said).isEqualTo(BenchExit.OK);
    JsonObject summary = StrictJson.parseObject(out.toByteArray());
    assertThat(number(summary, "accepted")).isEqualTo(NEEDS);
    assertThat(number(summary, "faults")).isZero();
    assertThat(summary.get("replayed_ok")).isEqualTo(new JsonBoolean(true));
    assertThat(number(summary, "seconds")).isGreaterThan((NEEDS - 1) / 40.0);
    for (String name :
        new String[] {
          "needs_per_s",
          "p50_ms",
          "max_ms",
          "cpu_ms_per_need_total",
          "rss_peak_bytes",
          "heap_after_gc_bytes",
          "allocated_bytes_per_need",
          "disk_bytes_per_need",
          "crypto_per_s",
          "of_crypto",
          "verifies_saved_per_need"
        }) {
      assertThat(number(summary, name)).as(name).isPositive();
    }
    JsonObject cpu = (JsonObject) Objects.requireNonNull(summary.members().get("cpu_ms_per_need"));
    assertThat(cpu.members()).containsKeys("pipeline", "postgresql", "redis");
    assertThat(
            ((JsonObject)
                    Objects.requireNonNull(summary.members().get("cpu_us_per_need_by_package")))
                .members())
        .isNotEmpty();
    assertThat(reports).isDirectoryRecursivelyContaining("glob:**/pipeline.jfr");
  }

  private static double number(JsonObject object, String name) {
    return ((JsonNumber) Objects.requireNonNull(object.members().get(name))).value();
  }
}
