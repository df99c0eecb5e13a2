package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String columns = "";

  @Test
  void theHelpNamesEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(text(out))
        .contains("Usage: swarm bench", "--needs", "--rate", "--payload", "--k=", "--threads")
        .contains("--processes", "--engine", "--warmup", "--profile", "--overload", "--json");
  }

  @Test
  void theHelpFitsATerminalOf80ColumnsAndUsesAWiderOne() {
    run("--help");
    assertThat(longestLine()).isBetween(70, 80);
    out.reset();
    columns = "120";
    run("--help");
    assertThat(longestLine()).isBetween(100, 120);
  }

  @ParameterizedTest
  @CsvSource({
    "--neds 3, --neds",
    "--needs 0, 1 to",
    "--needs many, --needs",
    "--rate -1, 0 to",
    "--payload 3, 24 to",
    "--engine rsa, accp",
    "--processes 0, 1 to",
    "--deadline-ms 3600001, 3600000",
    "--replay-percent 101, 0 to 100",
    "--report dir --rate 5, --report"
  })
  void badUsageExits2WithOneLineThatHelps(String line, String hint) {
    assertThat(run(line.split(" "))).isEqualTo(BenchExit.USAGE);
    assertThat(text(err).lines()).hasSize(1).first().asString().contains(hint);
    assertThat(text(out)).isEmpty();
  }

  @Test
  void withJsonAFailureStillEndsInASummary() {
    assertThat(run("--json", "--needs", "5")).isEqualTo(BenchExit.ENVIRONMENT);
    assertThat(text(out).lines()).hasSize(1);
    JsonObject summary = StrictJson.parseObject(out.toByteArray());
    assertThat(summary.get("type")).isEqualTo(new JsonString("summary"));
    assertThat(summary.get("ok")).isEqualTo(new JsonBoolean(false));
    assertThat(summary.get("exit")).isEqualTo(JsonNumber.of(BenchExit.ENVIRONMENT));
    assertThat(summary.get("error")).isInstanceOf(JsonString.class);
  }

  private int longestLine() {
    return text(out).lines().mapToInt(String::length).max().orElse(0);
  }

  private int run(String... args) {
    return BenchCommand.execute(
        new BenchCommand.Place(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("PATH", "/usr/bin:/bin", "COLUMNS", columns),
            Path.of("/there/is/no/swarm"),
            Path.of("unused")),
        Arrays.stream(args).toArray(String[]::new));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
