package dev.canswarm.benchmarks.load.chart;

import dev.canswarm.benchmarks.report.ChartFiles;
import dev.canswarm.benchmarks.report.Machine;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Renders a load report as a Markdown page. Pure. */
final class LoadPage {
  private static final double MICROS_PER_SECOND = 1e6;

  /** Rows of the budget; the others are summed. */
  private static final int ROWS_MAX = 16;

  private LoadPage() {}

  static String of(LoadReport report, ChartFiles charts) {
    var page = new StringBuilder("# Load report\n\n");
    Machine machine = report.machine();
    page.append("| | |\n|---|---|\n");
    row(page, "machine", machine.cpu() + ", " + machine.cores() + " cores");
    row(page, "system", machine.os());
    row(page, "JDK", machine.jdk());
    row(page, "load average of the minute before", number(machine.loadBefore(), "%.2f"));
    peak(page, report);
    rates(page, report);
    budget(page, report);
    if (!charts.files().isEmpty()) {
      page.append("\n## Charts\n");
      charts.files().forEach(file -> page.append("\n![%s](%s)\n".formatted(file, file)));
    }
    charts.problems().forEach(problem -> page.append("\nNot drawn: ").append(problem).append('\n'));
    return page.toString();
  }

  private static void peak(StringBuilder page, LoadReport report) {
    page.append("\n## All NEEDs due at once\n\n| | |\n|---|---|\n");
    row(
        page,
        "NEEDs, accepted",
        figure(report, "needs", "%.0f") + ", " + figure(report, "accepted", "%.0f"));
    row(page, "NEEDs per second", figure(report, "needs_per_s", "%.0f"));
    row(page, "share of what signatures alone allow", figure(report, "of_crypto", "%.3f"));
    row(page, "CPU per NEED, all processes", figure(report, "cpu_ms_per_need_total", "%.2f ms"));
    row(page, "allocated per NEED", scaled(report, "allocated_bytes_per_need", 1_000, "%.0f KB"));
    row(page, "most memory resident", scaled(report, "rss_peak_bytes", 1 << 20, "%.0f MiB"));
  }

  private static void rates(StringBuilder page, LoadReport report) {
    if (report.rates().isEmpty()) {
      return;
    }
    page.append(
        "\n## Latency by offered rate\n\n| NEEDs per second | p50, ms | p99, ms |\n|--:|--:|--:|\n");
    for (RateRun run : report.rates()) {
      page.append(
          "| %s | %s | %s |\n"
              .formatted(
                  number(run.offeredPerSecond(), "%.1f"),
                  number(run.p50Millis(), "%.0f"),
                  number(run.p99Millis(), "%.0f")));
    }
  }

  private static void budget(StringBuilder page, LoadReport report) {
    page.append("\n## Where the CPU time of a NEED goes\n\n| | µs |\n|---|--:|\n");
    int rows = 0;
    double rest = 0;
    double sum = 0;
    for (Map.Entry<String, Double> entry : report.cpuMicros().entrySet()) {
      sum += entry.getValue();
      if (rows++ < ROWS_MAX) {
        row(page, "`" + entry.getKey() + "`", number(entry.getValue(), "%.0f"));
      } else {
        rest += entry.getValue();
      }
    }
    row(page, "others", number(rest, "%.0f"));
    row(page, "**sum**", number(sum, "%.0f"));
    OptionalDouble chains = report.figure("crypto_per_s");
    if (chains.isPresent()) {
      double micros = report.machine().cores() * MICROS_PER_SECOND / chains.getAsDouble();
      row(page, "signatures of a chain alone, by the fastest engine", number(micros, "%.0f"));
    }
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String figure(LoadReport report, String name, String format) {
    return scaled(report, name, 1, format);
  }

  private static String scaled(LoadReport report, String name, double by, String format) {
    OptionalDouble value = report.figure(name);
    return value.isPresent() ? number(value.getAsDouble() / by, format) : "unknown";
  }

  private static String number(double value, String format) {
    return String.format(Locale.ROOT, format, value);
  }
}
