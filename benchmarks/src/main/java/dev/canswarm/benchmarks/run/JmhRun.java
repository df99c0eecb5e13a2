package dev.canswarm.benchmarks.run;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.report.Machine;
import dev.canswarm.benchmarks.report.RatioLines;
import dev.canswarm.benchmarks.report.Report;
import dev.canswarm.benchmarks.report.ReportFiles;
import dev.canswarm.benchmarks.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;

/** Runs a plan's measurements and writes the report. */
final class JmhRun {
  /** The most processes for each ratio, if time permits. */
  private static final int PASSES = 3;

  private static final DateTimeFormatter DIRECTORY =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String PREFIX = "swarm: ";

  private final Output output;
  private final Clock clock;
  private final Path reports;
  private final JmhLauncher jmh;
  private final Function<String, Optional<String>> unavailable;

  /**
   * @param reports the parent of the report's directory if none is named
   */
  JmhRun(Output output, Clock clock, Path reports) {
    this(output, clock, reports, new JmhLauncher(output::note), BenchEngines::unavailableReason);
  }

  /**
   * @param jmh measures
   * @param unavailable answers why an engine does not load, or empty if it does
   */
  JmhRun(
      Output output,
      Clock clock,
      Path reports,
      JmhLauncher jmh,
      Function<String, Optional<String>> unavailable) {
    this.output = output;
    this.clock = clock;
    this.reports = reports;
    this.jmh = jmh;
    this.unavailable = unavailable;
  }

  /**
   * Runs the plan. Blocks until the report is written.
   *
   * @param out the report's directory; null creates a new one
   * @param check whether a missed target is a failure
   * @return an exit code of {@link JmhExitCode}
   */
  int run(BenchmarkPlan plan, @Nullable Path out, boolean check) throws JmhException {
    TimeBudget time = TimeBudget.of(clock, plan.quick());
    Machine machine = Machine.here();
    say(machine.cpu() + ", " + machine.cores() + " cores; " + machine.jdk());
    machine.engines().forEach((name, state) -> say("engine " + name + ": " + state));

    var ratios = new RatioRun(jmh, plan.ratios(), plan.ratioParameters(), this::say, unavailable);
    ratios.pass(time.reserving(plan.suite().size()));
    List<RunResult> suite = suite(plan);
    for (int pass = 2; pass <= PASSES && time.fitsAnother(pass - 1); pass++) {
      ratios.pass(time);
    }
    List<RunResult> runs = new ArrayList<>(ratios.runs());
    runs.addAll(suite);
    var report =
        new Report(
            plan.quick(), time.start(), time.elapsed(), machine, ratios.results(), runs, suite);
    return finish(report, directory(out, report), check);
  }

  private List<RunResult> suite(BenchmarkPlan plan) throws JmhException {
    if (plan.suite().isEmpty()) {
      return List.of();
    }
    return jmh.run(
        JmhLauncher.Request.of(plan.suite())
            .with(Parameters.ENGINE, plan.suiteEngines())
            .with(Parameters.PAYLOAD_BYTES, plan.suiteSizes())
            .withAllocation(plan.quick()),
        this::say);
  }

  private Path directory(@Nullable Path out, Report report) {
    Path chosen =
        out == null
            ? reports.resolve(
                DIRECTORY.format(report.started()) + (report.quick() ? "-quick" : "-full"))
            : out;
    return chosen.toAbsolutePath().normalize();
  }

  private int finish(Report report, Path directory, boolean check) throws JmhException {
    boolean failed = check && !(report.missed().isEmpty() && report.absent().isEmpty());
    int exit = failed ? JmhExitCode.FAILED : JmhExitCode.OK;
    String summary = SummaryJson.of(report, exit, directory.toString());
    try {
      ReportFiles.write(report, SummaryJson.of(report, exit, ""), directory)
          .forEach(problem -> say("chart not drawn: " + problem));
    } catch (IOException e) {
      throw new JmhException(
          JmhExitCode.ENVIRONMENT, "cannot write the report (" + e + "); see --out", e);
    }
    if (output.json()) {
      output.result(summary);
    } else {
      RatioLines.of(report).forEach(output::result);
      output.result("");
      output.result("report: " + directory.resolve(ReportFiles.PAGE));
    }
    if (!report.missed().isEmpty()) {
      say("below target: " + String.join(", ", report.missed()));
    }
    return exit;
  }

  private void say(BenchmarkResult result) {
    String name = result.getParams().getBenchmark();
    List<String> shown = new ArrayList<>();
    for (String key : result.getParams().getParamsKeys()) {
      shown.add(key + "=" + result.getParams().getParam(key));
    }
    say(
        String.format(
            Locale.ROOT,
            "%s  %s  %.0f per second",
            name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
            String.join(" ", shown),
            result.getPrimaryResult().getScore()));
  }

  private void say(String line) {
    output.note(PREFIX + line);
  }
}
