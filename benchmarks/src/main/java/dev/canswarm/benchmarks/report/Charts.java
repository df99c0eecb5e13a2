package dev.canswarm.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * Draws a report as PNG files.
 *
 * @param files names of what was drawn
 * @param problems why something could not be: a JRE without fonts draws nothing
 */
record Charts(List<String> files, List<String> problems) {

  /** Draws what the report has figures for. */
  static Charts write(Report report, Path directory) {
    // Nothing is shown, only written: no display is needed, whatever the environment says.
    System.setProperty("java.awt.headless", "true");
    var charts = new Charts(new ArrayList<>(), new ArrayList<>());
    if (report.ratios().stream().anyMatch(result -> result.value().isPresent())) {
      charts.draw(directory.resolve("ratios.png"), () -> RatioChart.of(report.ratios()));
    }
    for (SizeChart chart : SizeChart.values()) {
      List<Figure> figures = chart.figures(report.suiteFigures());
      if (figures.size() > 1) {
        charts.draw(directory.resolve(chart.file()), () -> chart.draw(figures));
      }
    }
    return charts;
  }

  private void draw(Path file, Supplier<IChart> chart) {
    try {
      BitmapEncoder.saveBitmap(chart.get(), file.toString(), BitmapFormat.PNG);
      files.add(file.getFileName().toString());
    } catch (IOException | RuntimeException | LinkageError e) {
      problems.add(file.getFileName() + ": " + e);
    }
  }
}
