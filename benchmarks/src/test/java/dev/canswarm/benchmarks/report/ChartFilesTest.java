package dev.canswarm.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.benchmarks.ratio.RatioResult;
import dev.canswarm.benchmarks.ratio.Round;
import dev.canswarm.benchmarks.ratio.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.CategoryChart;

class ChartFilesTest {
  private static final RatioResult HALF =
      new RatioResult(
          Ratio.SIGN_PATH,
          List.of(new Trial(List.of(new Round(0.375, 1, 1, 0.375, true)))),
          "",
          true,
          "");
  private static final RatioResult ABSENT = RatioResult.absent(Ratio.SHA256, "why");

  @Test
  void aChartThatCannotBeDrawnIsNotedAndTheOthersAreDrawn(@TempDir Path directory) {
    var charts = new ChartFiles(directory);
    charts.draw(
        "bad.png",
        () -> {
          throw new UnsatisfiedLinkError("no fonts");
        });
    charts.draw("good.png", () -> RatioChart.of(List.of(HALF)));
    assertThat(charts.problems())
        .containsExactly("bad.png: java.lang.UnsatisfiedLinkError: no fonts");
    assertThat(charts.files()).containsExactly("good.png");
    assertThat(directory.resolve("good.png")).isNotEmptyFile();
    assertThat(directory.resolve("bad.png")).doesNotExist();
  }

  @Test
  void aDirectoryThatIsNotThereIsAProblemAndNoFailure(@TempDir Path directory) {
    var charts = new ChartFiles(directory.resolve("missing"));
    charts.draw("chart.png", () -> RatioChart.of(List.of(HALF)));
    assertThat(charts.files()).isEmpty();
    assertThat(charts.problems()).singleElement().asString().startsWith("chart.png: ");
  }

  @Test
  void aRatioIsDrawnAsAMultipleOfItsTargetAndWhatWasNotMeasuredIsLeftOut() {
    CategoryChart chart = RatioChart.of(List.of(ABSENT, HALF));
    assertThat(chart.getSeriesCollection())
        .extracting(
            series -> series.getName(),
            series -> series.getXData().toString(),
            series -> Arrays.toString(series.getYData()))
        .containsExactly(
            tuple("measured", "[sign_path]", "[0.5]"), tuple("target", "[sign_path]", "[1.0]"));
  }

  @Test
  void aReportWithoutFiguresHasNoCharts(@TempDir Path directory) {
    assertThat(Charts.write(report(List.of(ABSENT)), directory).files()).isEmpty();
    assertThat(Charts.write(report(List.of(ABSENT, HALF)), directory).files())
        .containsExactly("ratios.png");
  }

  private static Report report(List<RatioResult> ratios) {
    return new Report(
        false,
        Instant.EPOCH,
        Duration.ZERO,
        new Machine("a cpu", 2, "an os", "a jdk", 0.5, Map.of()),
        ratios,
        List.of(),
        List.of());
  }
}
