package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.ratio.RatioResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The ratios for people at a terminal. Stateless. */
public final class RatioLines {
  private RatioLines() {}

  /** A line for each ratio: measured, target, verdict, and the times of both sides. */
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
                  Numbers.plain(result.ratio().target()),
                  verdict(result),
                  sides(result))
              .stripTrailing());
    }
    return lines;
  }

  /** In a word or two. */
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
      return result.whyAbsent();
    }
    String parameters = result.parameters().isEmpty() ? "" : "  " + result.parameters();
    return "%s %s, %s %s%s"
        .formatted(
            result.ratio().subject(),
            Numbers.nanos(result.subjectNanos()),
            result.ratio().baseline(),
            Numbers.nanos(result.baselineNanos()),
            parameters);
  }
}
