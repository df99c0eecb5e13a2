package dev.canswarm.benchmarks.report;

import java.nio.file.Path;
import java.util.List;

/** The charts of a JMH report. Stateless. */
final class Charts {
  private Charts() {}

  /** Draws the charts for which the report has figures. */
  static ChartFiles write(Report report, Path directory) {
    ChartFiles charts = new ChartFiles(directory);
    if (report.ratios().stream().anyMatch(result -> result.value().isPresent())) {
      charts.draw("ratios.png", () -> RatioChart.of(report.ratios()));
    }
    for (SizeChart chart : SizeChart.values()) {
      List<Figure> figures = chart.figures(report.suiteFigures());
      if (figures.size() > 1) {
        charts.draw(chart.file(), () -> chart.draw(figures));
      }
    }
    return charts;
  }
}
