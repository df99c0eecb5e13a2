package dev.canswarm.benchmarks.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Charts of throughput by payload size, with a line for each method and engine. */
enum SizeChart {
  SIGN("SignBenchmark", "Ed25519 signatures", false),
  VERIFY("VerifyBenchmark", "Ed25519 verifications", false),
  ENVELOPE("EnvelopeBenchmark", "Envelopes: signing, verifying, both", false),
  JSON("JsonBenchmark", "JSON: parse, canonicalise, check and hash", true),
  SHA256("Sha256Benchmark", "SHA-256", true);

  private static final int WIDTH_PIXELS = 960;
  private static final int HEIGHT_PIXELS = 540;
  private static final double BYTES_PER_MEGABYTE = 1e6;
  private static final String SIZE = "payloadBytes";
  private static final String ENGINE = "engine";

  /** Distinct on a white background; as many as the largest chart has lines. */
  private static final Color[] COLORS =
      IntStream.of(
              0x4c78a8, 0xf58518, 0x54a24b, 0xe45756, 0x72b7b2, 0xb279a2, 0x9d755d, 0x222222,
              0xd4a017)
          .mapToObj(Color::new)
          .toArray(Color[]::new);

  private final String type;
  private final String title;
  private final boolean bytesPerSecond;

  SizeChart(String type, String title, boolean bytesPerSecond) {
    this.type = type;
    this.title = title;
    this.bytesPerSecond = bytesPerSecond;
  }

  String file() {
    return name().toLowerCase(Locale.ROOT) + ".png";
  }

  /** Returns the figures that belong to this chart. */
  List<Figure> figures(List<Figure> all) {
    return all.stream().filter(figure -> figure.benchmark().startsWith(type + ".")).toList();
  }

  CategoryChart draw(List<Figure> figures) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .xAxisTitle("payload")
            .yAxisTitle(bytesPerSecond ? "MB per second" : "per second")
            .build();
    SortedSet<Integer> sizes = new TreeSet<>();
    Map<String, Map<Integer, Double>> lines = new TreeMap<>();
    for (Figure figure : figures) {
      int size = Integer.parseInt(figure.parameters().getOrDefault(SIZE, "0"));
      sizes.add(size);
      lines.computeIfAbsent(name(figure), unused -> new TreeMap<>()).put(size, value(figure, size));
    }
    style(chart.getStyler(), lines.values());
    List<String> categories = sizes.stream().map(NumberFormats::bytes).toList();
    lines.forEach((name, points) -> chart.addSeries(name, categories, values(points, sizes)));
    return chart;
  }

  /** Returns a value for each size, or null for a gap in the line. */
  private static List<@Nullable Double> values(
      Map<Integer, Double> points, SortedSet<Integer> sizes) {
    List<@Nullable Double> values = new ArrayList<>();
    sizes.forEach(size -> values.add(points.get(size)));
    return values;
  }

  /**
   * Sets a logarithmic axis that spans whole decades, since XChart omits the labels of one within a
   * single decade.
   */
  private static void style(CategoryStyler styler, Collection<Map<Integer, Double>> lines) {
    DoubleSummaryStatistics range =
        lines.stream()
            .flatMap(points -> points.values().stream())
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    styler.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    styler.setOverlapped(true); // otherwise the points of one size would stand side by side
    styler.setSeriesColors(COLORS);
    styler.setYAxisLogarithmic(true);
    styler.setYAxisMin(Math.pow(10, Math.floor(Math.log10(range.getMin()))));
    styler.setYAxisMax(Math.pow(10, Math.ceil(Math.log10(range.getMax()))));
    styler.setYAxisTickLabelsFormattingFunction(NumberFormats::decade);
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setChartBackgroundColor(Color.WHITE);
  }

  private double value(Figure figure, int size) {
    return bytesPerSecond ? figure.perSecond() * size / BYTES_PER_MEGABYTE : figure.perSecond();
  }

  private String name(Figure figure) {
    String method = figure.benchmark().substring(type.length() + 1);
    String engine = figure.parameters().get(ENGINE);
    return engine == null ? method : method + ", " + engine;
  }
}
