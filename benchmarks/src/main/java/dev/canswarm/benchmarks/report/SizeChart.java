package dev.canswarm.benchmarks.report;

import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** How a benchmark depends on the payload's size: a line for each method and engine. */
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

  /** Those of the figures that belong here. */
  List<Figure> figures(List<Figure> all) {
    return all.stream().filter(figure -> figure.benchmark().startsWith(type + ".")).toList();
  }

  XYChart draw(List<Figure> figures) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .xAxisTitle("payload, bytes")
            .yAxisTitle(bytesPerSecond ? "MB per second" : "per second")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    Map<String, TreeMap<Double, Double>> lines = new TreeMap<>();
    for (Figure figure : figures) {
      double size = Double.parseDouble(figure.parameters().getOrDefault(SIZE, "0"));
      lines.computeIfAbsent(name(figure), unused -> new TreeMap<>()).put(size, value(figure, size));
    }
    lines.forEach(
        (name, points) ->
            chart.addSeries(name, List.copyOf(points.keySet()), List.copyOf(points.values())));
    return chart;
  }

  private double value(Figure figure, double size) {
    return bytesPerSecond ? figure.perSecond() * size / BYTES_PER_MEGABYTE : figure.perSecond();
  }

  private String name(Figure figure) {
    String method = figure.benchmark().substring(type.length() + 1);
    String engine = figure.parameters().get(ENGINE);
    return engine == null ? method : method + ", " + engine;
  }
}
