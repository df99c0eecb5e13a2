package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.ratio.RatioResult;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws each ratio as a multiple of its target, so that all share one axis. */
final class RatioChart {
  private static final int WIDTH_PIXELS = 960;
  private static final int HEIGHT_PIXELS = 480;
  private static final Color BAR = new Color(0x4c78a8);
  private static final Color TARGET = new Color(0xe45756);

  private RatioChart() {}

  static CategoryChart of(List<RatioResult> results) {
    List<String> names = new ArrayList<>();
    List<Double> multiples = new ArrayList<>();
    for (RatioResult result : results) {
      result
          .value()
          .ifPresent(
              value -> {
                names.add(result.ratio().key());
                multiples.add(value / result.ratio().target());
              });
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title("Ratios, as multiples of their targets")
            .yAxisTitle("measured / target")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setOverlapped(true);
    chart.getStyler().setXAxisLabelRotation(30);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setDecimalPattern("0.00");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.addSeries("measured", names, multiples).setFillColor(BAR);
    chart
        .addSeries("target", names, Collections.nCopies(names.size(), 1.0))
        .setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Line)
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(TARGET)
        .setLineStyle(new BasicStroke(2));
    return chart;
  }
}
