package dev.canswarm.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of measurements, for which a launcher plays. */
class JmhRunTest {
  private static final String DECODE =
      "dev.canswarm.benchmarks.suite.EnvelopeBenchmark.decodeAndVerify";
  private static final Parameters PORTABLE =
      new Parameters(Map.of(Parameters.ENGINE, List.of("i2p")));

  @TempDir private Path directory;
  private final PlayedLauncher jmh = new PlayedLauncher();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private boolean json;
  private String missing = "none";

  private int run(String only, @Nullable Path report, boolean check) throws JmhException {
    Output output =
        new Output(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            json);
    return new JmhRun(
            output,
            jmh.clock(),
            directory.resolve("reports"),
            jmh,
            engine -> engine.equals(missing) ? Optional.of("no build") : Optional.empty())
        .run(BenchmarkPlan.of(true, PORTABLE, only), report, check);
  }

  private int run(String only, boolean check) throws JmhException {
    return run(only, directory, check);
  }

  private List<String> said() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private List<String> printed() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aRatioIsMeasuredThreeTimesAndTheOtherBenchmarksOnceAfterTheFirst() throws Exception {
    jmh.perRun = Duration.ofSeconds(10);
    assertThat(run("sha256|decodeAndVerify", false)).isEqualTo(JmhExitCode.OK);
    List<String> ratio = List.of(Ratio.SHA256.benchmark());
    assertThat(jmh.requests)
        .extracting(JmhLauncher.Request::benchmarks)
        .containsExactly(ratio, List.of(DECODE), ratio, ratio);
    JmhLauncher.Request suite = jmh.requests.get(1);
    assertThat(suite.parameters())
        .isEqualTo(Map.of("engine", List.of("i2p"), "payloadBytes", List.of("512")));
    assertThat(directory.resolve("jmh.json")).content().contains(DECODE, ratio.get(0));
    assertThat(suite.allocation() && suite.fewIterations()).isTrue();
    assertThat(said())
        .contains(
            "swarm: EnvelopeBenchmark.decodeAndVerify  engine=i2p payloadBytes=512  1234 per"
                + " second")
        .allMatch(line -> line.startsWith("swarm: "));
  }

  @Test
  void noPassBeginsThatWouldNotEndInTime() throws Exception {
    jmh.perRun = Duration.ofSeconds(60);
    run("sha256", false);
    assertThat(jmh.requests).as("135 seconds are allowed").hasSize(2);
    jmh.requests.clear();
    jmh.perRun = Duration.ofSeconds(68);
    run("sha256", false);
    assertThat(jmh.requests).hasSize(1);
  }

  @Test
  void aMissedTargetIsNamedAndFailsWhereThatIsChecked() throws Exception {
    jmh.ratios.put(Ratio.SHA256, 0.5);
    assertThat(run("sha256", false)).isEqualTo(JmhExitCode.OK);
    assertThat(said()).endsWith("swarm: below target: sha256");
    assertThat(run("sha256", true)).isEqualTo(JmhExitCode.FAILED);
    jmh.ratios.put(Ratio.SHA256, 0.95);
    err.reset();
    assertThat(run("sha256", true)).isEqualTo(JmhExitCode.OK);
    assertThat(said()).noneMatch(line -> line.contains("below target"));
  }

  @Test
  void aRatioThatCannotBeMeasuredFailsWhereThatIsChecked() throws Exception {
    missing = "accp";
    assertThat(run("accp_vs_i2p_sign", false)).isEqualTo(JmhExitCode.OK);
    assertThat(run("accp_vs_i2p_sign", true)).isEqualTo(JmhExitCode.FAILED);
    assertThat(jmh.requests).isEmpty();
    assertThat(printed()).anyMatch(line -> line.contains("accp does not load here: no build"));
  }

  @Test
  void withoutADirectoryTheReportGetsOneWithItsTimeAndKind() throws Exception {
    run("sha256", null, false);
    Path report = directory.resolve("reports/20260102-030405-quick");
    assertThat(report.resolve("report.md")).content().startsWith("# JMH report");
    assertThat(report.resolve("jmh.json")).content().contains(Ratio.SHA256.benchmark());
    assertThat(printed()).endsWith("report: " + report.resolve("report.md"));
    assertThat(printed()).anyMatch(line -> line.contains("sha256"));
  }

  @Test
  void withJsonTheResultIsOneLineAndTheFileDoesNotSayWhereItIs() throws Exception {
    json = true;
    jmh.ratios.put(Ratio.SHA256, 0.5);
    assertThat(run("sha256", directory.resolve("a/../report"), true)).isEqualTo(JmhExitCode.FAILED);
    assertThat(printed()).hasSize(1);
    JsonObject summary = StrictJson.parseObject(out.toByteArray());
    Path report = directory.resolve("report");
    assertThat(summary.get("report")).isEqualTo(new JsonString(report.toString()));
    assertThat(summary.get("exit")).isEqualTo(JsonNumber.of(JmhExitCode.FAILED));
    JsonObject file = StrictJson.parseObject(Files.readAllBytes(report.resolve("summary.json")));
    assertThat(file.members()).doesNotContainKey("report").containsKey("ratios");
    assertThat(file.get("exit")).isEqualTo(summary.get("exit"));
  }

  @Test
  void aReportThatCannotBeWrittenIsAProblemOfTheEnvironment() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> run("sha256", file.resolve("report"), false))
        .isInstanceOfSatisfying(
            JmhException.class, e -> assertThat(e.exitCode()).isEqualTo(JmhExitCode.ENVIRONMENT))
        .hasMessageStartingWith("cannot write the report (")
        .hasMessageEndingWith("); see --out");
    assertThat(printed()).isEmpty();
  }
}
