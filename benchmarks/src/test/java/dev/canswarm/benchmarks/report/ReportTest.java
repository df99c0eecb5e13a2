package dev.canswarm.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.benchmarks.ratio.RatioResult;
import dev.canswarm.benchmarks.ratio.Round;
import dev.canswarm.benchmarks.ratio.Trial;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNull;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private final Report report =
      new Report(
          true,
          Instant.parse("2026-01-02T03:04:05Z"),
          Duration.ofSeconds(99),
          new Machine("a cpu", 2, "an os", "a jdk", 0.5, Map.of("accp", "no build")),
          Arrays.stream(Ratio.values()).map(ReportTest::result).toList(),
          List.of(),
          List.of());

  private static RatioResult result(Ratio ratio) {
    if (ratio.comparesEngines()) {
      return RatioResult.absent(ratio, "no build");
    }
    double value = ratio == Ratio.CHECK_VS_ERDTMAN ? 7.5 : 9;
    var trial =
        new Trial(List.of(new Round(value, 4_000, 4_000 * value, value, ratio != Ratio.SHA256)));
    return new RatioResult(ratio, List.of(trial), "", true, "");
  }

  @Test
  void theSummaryHasEveryRatioByItsNameAndNullWhereItWasNotMeasured() {
    JsonObject summary = summary();
    JsonObject ratios = object(summary, "ratios");
    assertThat(ratios.members().keySet())
        .containsExactlyInAnyOrder(
            Arrays.stream(Ratio.values()).map(Ratio::key).toArray(String[]::new));
    assertThat(ratios.get("sign_path")).isEqualTo(JsonNumber.of(9));
    assertThat(ratios.get("accp_vs_i2p_sign")).isEqualTo(JsonNull.INSTANCE);
    assertThat(object(summary, "not_measured").members())
        .containsOnlyKeys("accp_vs_i2p_sign", "accp_vs_i2p_verify");
    assertThat(summary.get("missed")).isEqualTo(JsonArray.ofStrings(List.of("check_vs_erdtman")));
    assertThat(summary.get("not_warm")).isEqualTo(JsonArray.ofStrings(List.of("sha256")));
    assertThat(summary.get("benchmarks"))
        .isInstanceOfSatisfying(
            JsonArray.class, figures -> assertThat(figures.elements()).hasSize(10));
  }

  private static JsonObject object(JsonObject summary, String name) {
    if (summary.get(name) instanceof JsonObject object) {
      return object;
    }
    throw new AssertionError("expected an object " + name + " in " + summary);
  }

  private JsonObject summary() {
    String text = SummaryJson.of(report, 0, "/somewhere");
    assertThat(text.lines()).hasSize(1);
    return StrictJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void thePageSaysWhatWasMeasuredOnWhatAndWhatWasMissed() {
    assertThat(MarkdownReport.of(report, List.of("ratios.png")))
        .contains("a cpu, 2 cores", "a jdk", "2026-01-02 03:04 UTC", "engine accp | no build")
        .contains("| `check_vs_erdtman` | 7.50 | ≥ 8 | MISSED |")
        .contains("| `accp_vs_i2p_verify` | – | ≥ 3.5 | not measured |")
        .contains("| `sha256` | 9.00 | ≥ 0.95 | reached, not warm |")
        .contains("![ratios](ratios.png)");
  }

  @Test
  void theFilesOfAReportAreThereAndTheChartIsAPicture(@TempDir Path directory) throws Exception {
    assertThat(ReportFiles.write(report, "{}", directory)).isEmpty();
    assertThat(directory.resolve(ReportFiles.JMH)).exists();
    assertThat(Files.readString(directory.resolve(ReportFiles.PAGE))).startsWith("# JMH report");
    BufferedImage chart = ImageIO.read(directory.resolve("ratios.png").toFile());
    assertThat(chart.getWidth()).isGreaterThan(500);
  }

  @Test
  void aChartHasALineForEachMethodAndEngine() {
    List<Figure> figures =
        List.of(
            figure("SignBenchmark.sign", "accp", 128),
            figure("SignBenchmark.sign", "accp", 512),
            figure("SignBenchmark.sign", "i2p", 128),
            figure("VerifyBenchmark.verify", "i2p", 128));
    List<Figure> shown = SizeChart.SIGN.figures(figures);
    assertThat(shown).hasSize(3);
    assertThat(SizeChart.SIGN.draw(shown).getSeriesCollection())
        .extracting(series -> series.getName())
        .containsExactly("sign, accp", "sign, i2p");
  }

  private static Figure figure(String name, String engine, int bytes) {
    return new Figure(
        name,
        Map.of("engine", engine, "payloadBytes", String.valueOf(bytes)),
        1000,
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }
}
