package dev.canswarm.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JmhCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theHelpNamesEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(text(out))
        .contains("Usage: swarm jmh", "--quick", "--json", "--check", "--only", "--out", "-p=");
  }

  @ParameterizedTest
  @CsvSource({
    "--quik, --quik",
    "'', Unmatched argument",
    "-p, -p",
    "-p speed=1, engine or payloadBytes",
    "-p engine=rsa, accp",
    "-p payloadBytes=12, 128 to",
    "-p payloadBytes=many, 128 to",
    "--quick -p payloadBytes=128&512, one value",
    "--only nothing-is-called-this, --only",
    "--only (, regular expression"
  })
  void badUsageExits2WithOneLineThatHelps(String line, String hint) {
    assertThat(run(line.replace('&', ',').split(" "))).isEqualTo(JmhExitCode.USAGE);
    assertThat(text(err).lines()).hasSize(1).first().asString().contains(hint);
    assertThat(text(out)).isEmpty();
  }

  @Test
  void withJsonAFailureStillEndsInASummary() {
    assertThat(run("--json", "--quick", "-p", "engine=rsa")).isEqualTo(JmhExitCode.USAGE);
    assertThat(text(out).lines()).hasSize(1);
    JsonObject summary = StrictJson.parseObject(out.toByteArray());
    assertThat(summary.get("type")).isEqualTo(new JsonString("summary"));
    assertThat(summary.get("ok")).isEqualTo(new JsonBoolean(false));
    assertThat(summary.get("exit")).isEqualTo(JsonNumber.of(JmhExitCode.USAGE));
    assertThat(summary.get("error")).isInstanceOf(JsonString.class);
  }

  @Test
  void everyBenchmarkBesideTheRatiosIsPartOfAFullRun() throws Exception {
    BenchmarkPlan plan = BenchmarkPlan.of(false, Parameters.NONE, null);
    List<String> types = new ArrayList<>();
    plan.suite().forEach(name -> types.add(name.split("\\.")[4]));
    assertThat(types)
        .contains(
            "SignBenchmark",
            "VerifyBenchmark",
            "JsonBenchmark",
            "Sha256Benchmark",
            "EnvelopeBenchmark",
            "DecodeBenchmark",
            "PolicyBenchmark");
    assertThat(plan.ratios()).hasSize(7);
  }

  private int run(String... args) {
    return JmhCommand.execute(
        new JmhCommand.Environment(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC(),
            Path.of("unused")),
        Arrays.stream(args).toArray(String[]::new));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
