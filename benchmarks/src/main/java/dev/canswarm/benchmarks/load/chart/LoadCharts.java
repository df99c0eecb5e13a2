package dev.canswarm.benchmarks.load.chart;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws the charts as PNG files.
 *
 * @param files the names of the written files
 * @param problems the reasons why charts could not be drawn; a JRE without fonts cannot draw
 */
record LoadCharts(List<String> files, List<String> problems) {
  private static final int WIDTH_PIXELS = 960;
  private static final int HEIGHT_PIXELS = 480;
  private static final double MEBIBYTE = 1 << 20;

  /** Bars of CPU time; smaller ones could not be told apart. */
  private static final int BARS_MAX = 16;

  private static final Color[] COLORS = {
    new Color(0x4c78a8), new Color(0xe45756), new Color(0x54a24b)
  };

  static LoadCharts write(LoadReport report, Path directory) {
    // The charts are only written to files, so no display is needed even if DISPLAY is set.
    System.setProperty("java.awt.headless", "true");
    var charts = new LoadCharts(new ArrayList<>(), new ArrayList<>());
    if (!report.rates().isEmpty()) {
      charts.draw(directory.resolve("latency.png"), () -> latency(report));
    }
    if (!report.cpuMicros().isEmpty()) {
      charts.draw(directory.resolve("cpu.png"), () -> cpu(report));
    }
    if (!report.memory().isEmpty()) {
      charts.draw(directory.resolve("memory.png"), () -> memory(report));
    }
    return charts;
  }

  private void draw(Path file, Supplier<IChart> chart) {
    try {
      BitmapEncoder.saveBitmap(chart.get(), file.toString(), BitmapFormat.PNG);
      files.add(String.valueOf(file.getFileName()));
    } catch (IOException | RuntimeException | LinkageError e) {
      problems.add(file.getFileName() + ": " + e);
    }
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
