package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.ratio.RatioResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats the ratios as plain text for a terminal. Stateless. */
public final class RatioLines {
  private RatioLines() {}

  /**
   * Returns one line for each ratio: measured value, target, verdict, and the times of both sides.
   */
  public static List<String> of(Report report) {
    List<String> lines = new ArrayList<>();
    for (RatioResult result : report.ratios()) {
      lines.add(
          "  %-24s %6s  (target ≥ %s)  %-11s  %s"
              .formatted(
                  result.ratio().key(),
                  result
                      .value()
                      .map(value -> String.format(Locale.ROOT, "%.2f", value))
                      .orElse("-"),
                  NumberFormats.plain(result.ratio().target()),
                  verdict(result),
                  sides(result))
              .stripTrailing());
    }
    return lines;
  }

  /** Returns the verdict on a ratio as a short phrase. */
  static String verdict(RatioResult result) {
    if (result.value().isEmpty()) {
      return "not measured";
    }
    String verdict =
        result.reached().map(reached -> reached ? "reached" : "MISSED").orElse("other setup");
    return result.warm() ? verdict : verdict + ", not warm";
  }

  private static String sides(RatioResult result) {
    if (result.trials().isEmpty()) {
      return result.notMeasuredReason();
    }
    String parameters = result.parameters().isEmpty() ? "" : "  " + result.parameters();
    return "%s %s, %s %s%s"
        .formatted(
            result.ratio().subject(),
            NumberFormats.nanos(result.subjectNanos()),
            result.ratio().baseline(),
            NumberFormats.nanos(result.baselineNanos()),
            parameters);
  }
}
