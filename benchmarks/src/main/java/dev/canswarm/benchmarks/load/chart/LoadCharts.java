package dev.canswarm.benchmarks.load.chart;

import dev.canswarm.benchmarks.report.ChartFiles;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The charts of a load report. Stateless. */
final class LoadCharts {
  private static final int WIDTH_PIXELS = 960;
  private static final int HEIGHT_PIXELS = 480;
  private static final double MEBIBYTE = 1 << 20;

  /** Bars of CPU time; smaller ones could not be distinguished. */
  private static final int BARS_MAX = 16;

  private static final Color[] COLORS = {
    new Color(0x4c78a8), new Color(0xe45756), new Color(0x54a24b)
  };

  private LoadCharts() {}

  /** Draws the charts for which the report has figures. */
  static ChartFiles write(LoadReport report, Path directory) {
    ChartFiles charts = new ChartFiles(directory);
    if (!report.rates().isEmpty()) {
      charts.draw("latency.png", () -> latency(report));
    }
    if (!report.cpuMicros().isEmpty()) {
      charts.draw("cpu.png", () -> cpu(report));
    }
    if (!report.memory().isEmpty()) {
      charts.draw("memory.png", () -> memory(report));
    }
    return charts;
  }

  private static XYChart lines(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setSeriesColors(COLORS);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setXAxisMin(0.0);
    return chart;
  }

  private static XYChart latency(LoadReport report) {
    XYChart chart = lines("Latency by offered rate", "NEEDs offered per second", "milliseconds");
    List<Double> offered = report.rates().stream().map(RateRun::offeredPerSecond).toList();
    chart.addSeries("p50", offered, report.rates().stream().map(RateRun::p50Millis).toList());
    chart.addSeries("p99", offered, report.rates().stream().map(RateRun::p99Millis).toList());
    return chart;
  }

  private static XYChart memory(LoadReport report) {
    XYChart chart = lines("Memory of the pipeline, all NEEDs due at once", "seconds", "MiB");
    List<Double> seconds = report.memory().stream().map(MemorySample::seconds).toList();
    chart.addSeries(
        "resident",
        seconds,
        report.memory().stream().map(one -> one.residentBytes() / MEBIBYTE).toList());
    chart.addSeries(
        "heap in use",
        seconds,
        report.memory().stream().map(one -> one.heapBytes() / MEBIBYTE).toList());
    return chart;
  }

  private static CategoryChart cpu(LoadReport report) {
    List<Map.Entry<String, Double>> largest =
        report.cpuMicros().entrySet().stream().limit(BARS_MAX).toList();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title("CPU time per NEED by thread group and server")
            .yAxisTitle("microseconds")
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(45);
    // Otherwise every second bar would have no name.
    chart.getStyler().setXAxisMaxLabelCount(BARS_MAX);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setDecimalPattern("0");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart
        .addSeries(
            "CPU",
            largest.stream().map(Map.Entry::getKey).toList(),
            largest.stream().map(Map.Entry::getValue).toList())
        .setFillColor(COLORS[0]);
    return chart;
  }
}
