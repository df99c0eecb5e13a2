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
 * Draws the charts of a report as PNG files.
 *
 * @param files the names of the written files
 * @param problems the reasons why charts could not be drawn; for example, a JRE without fonts
 *     cannot draw
 */
record Charts(List<String> files, List<String> problems) {

  /** Draws the charts for which the report has figures. */
  static Charts write(Report report, Path directory) {
    // The charts are only written to files, so no display is needed even if DISPLAY is set.
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
