package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.ratio.RatioResult;
import dev.canswarm.benchmarks.ratio.Trial;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Renders a report as a Markdown page. Stateless. */
final class MarkdownReport {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);
  private static final String SIZE = "payloadBytes";
  private static final String ENGINE = "engine";

  private MarkdownReport() {}

  /**
   * Returns the report as a page of Markdown.
   *
   * @param charts the file names of the charts in the same directory
   */
  static String of(Report report, List<String> charts) {
    var page = new StringBuilder();
    page.append("# JMH report\n\n");
    machine(report, page);
    if (!report.ratios().isEmpty()) {
      ratios(report, page);
    }
    if (!report.suite().isEmpty()) {
      figures(report, page);
    }
    if (!charts.isEmpty()) {
      page.append("\n## Charts\n");
      charts.forEach(file -> page.append("\n![%s](%s)\n".formatted(title(file), file)));
    }
    return page.toString();
  }

  private static void machine(Report report, StringBuilder page) {
    Machine machine = report.machine();
    page.append("| | |\n|---|---|\n");
    row(page, "started", MINUTE.format(report.started().atOffset(ZoneOffset.UTC)));
    row(
        page,
        "run",
        "%s, %d s, one thread"
            .formatted(report.quick() ? "quick" : "full", report.took().toSeconds()));
    row(page, "machine", machine.cpu() + ", " + machine.cores() + " cores");
    row(page, "system", machine.os());
    row(page, "JDK", machine.jdk());
    machine.engines().forEach((name, state) -> row(page, "engine " + name, state));
    row(
        page,
        "load average before",
        machine.loadBefore() < 0 ? "unknown" : decimals(machine.loadBefore()));
  }

  private static void ratios(Report report, StringBuilder page) {
    page.append("\n## Ratios\n\n");
    page.append(
        ("A ratio is the rate of its first side divided by the rate of its second side. One process"
                + " measures both alternately, by the thread's CPU time, with %d different inputs. The"
                + " value is the median of the processes; each process contributes the median of its"
                + " rounds.\n\n")
            .formatted(Ring.INPUTS));
    page.append(
        "| ratio | measured | target | | rounds of each process | first side | second side |"
            + " meaning |\n");
    page.append("|---|---:|---:|---|---|---|---|---|\n");
    for (RatioResult result : report.ratios()) {
      row(
          page,
          "`" + result.ratio().key() + "`",
          result.value().map(MarkdownReport::decimals).orElse("–"),
          "≥ " + NumberFormats.plain(result.ratio().target()),
          RatioLines.verdict(result),
          result.trials().stream().map(MarkdownReport::trial).collect(Collectors.joining(" · ")),
          result.trials().isEmpty() ? "" : side(result.ratio().subject(), result.subjectNanos()),
          result.trials().isEmpty() ? "" : side(result.ratio().baseline(), result.baselineNanos()),
          result.ratio().meaning());
    }
  }

  private static String trial(Trial trial) {
    return trial.rounds().stream()
        .map(round -> decimals(round.ratio()))
        .collect(Collectors.joining(" "));
  }

  private static String side(String name, double nanos) {
    return name + " " + NumberFormats.nanos(nanos);
  }

  private static void figures(Report report, StringBuilder page) {
    List<Figure> figures = report.suiteFigures();
    page.append("\n## Operations per second, by payload size in bytes\n\n");
    table(figures, page, figure -> NumberFormats.rate(figure.perSecond()) + error(figure));
    page.append("\n## Allocated bytes per operation (`-prof gc`)\n\n");
    table(
        figures,
        page,
        figure ->
            figure.allocatedBytes().isPresent()
                ? NumberFormats.plain(Math.rint(figure.allocatedBytes().getAsDouble()))
                : "");
  }

  private static String error(Figure figure) {
    return figure.errorPerSecond().isPresent()
        ? " ± %.0f %%".formatted(100 * figure.errorPerSecond().getAsDouble() / figure.perSecond())
        : "";
  }

  /**
   * Appends a table with a row for each benchmark and engine, and a column for each payload size.
   */
  private static void table(
      List<Figure> figures, StringBuilder page, Function<Figure, String> cell) {
    Set<Integer> sizes = new TreeSet<>();
    Set<String> rows = new LinkedHashSet<>();
    Map<String, String> cells = new HashMap<>();
    for (Figure figure : figures) {
      int size = Integer.parseInt(figure.parameters().getOrDefault(SIZE, "0"));
      String row = "`" + figure.benchmark() + "` | " + figure.parameters().getOrDefault(ENGINE, "");
      sizes.add(size);
      rows.add(row);
      cells.put(row + " | " + size, cell.apply(figure));
    }
    page.append("| benchmark | engine |");
    sizes.forEach(size -> page.append(" ").append(size).append(" |"));
    page.append("\n|---|---|").append("---:|".repeat(sizes.size())).append('\n');
    for (String row : rows) {
      page.append("| ").append(row).append(" |");
      for (int size : sizes) {
        page.append(" ").append(cells.getOrDefault(row + " | " + size, "")).append(" |");
      }
      page.append('\n');
    }
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String title(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }
}
