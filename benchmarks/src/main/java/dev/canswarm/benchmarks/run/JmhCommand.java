package dev.canswarm.benchmarks.run;

import dev.canswarm.benchmarks.HelpColumns;
import dev.canswarm.benchmarks.report.SummaryJson;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code ./swarm jmh}. */
@Command(
    name = "swarm jmh",
    abbreviateSynopsis = true,
    header =
        "Measures the hot path with JMH: signing, verifying, hashing, canonical JSON, envelopes.",
    description =
        "Measures the ratios that have a target, then every benchmark by engine and payload size,"
            + " and writes JMH's JSON, a page in Markdown and charts. Takes 15 minutes; --quick"
            + " measures only the ratios, in about two minutes. Results go to standard output,"
            + " progress to standard error. benchmarks/README.md explains how to read them.%n",
    footer = {
      "",
      "Exit codes: 0 success, 1 a benchmark failed or, with --check, a ratio missed its target or"
          + " cannot be measured here, 2 usage, 3 environment (another JMH run is in progress, an"
          + " engine that was requested does not load, the report cannot be written)."
    })
final class JmhCommand implements Callable<Integer> {
  private static final String JSON = "--json";
  private static final String PREFIX = "swarm: ";

  @Option(
      names = "--quick",
      description = "Measures only the ratios, and the allocation of decodeAndVerify.")
  private boolean quick;

  @Option(
      names = "-p",
      paramLabel = "NAME=V1,V2",
      description =
          "Values of a JMH parameter: engine (i2p, accp, jdk), payloadBytes (128 to 524288). With"
              + " --quick one value each. Targets apply to engine=accp, payloadBytes=512 only.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description =
          "Only ratios and benchmarks whose name matches, such as Envelope or verify_path.")
  private @Nullable String only;

  @Option(
      names = "--check",
      description = "Exits with 1 if a ratio misses its target or cannot be measured.")
  private boolean check;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Directory of the report. Default: a new directory in benchmarks/reports.")
  private @Nullable Path out;

  @SuppressWarnings("UnusedVariable") // read before picocli parses; declared here for the help
  @Option(names = JSON, description = "Prints one JSON object of type summary on one line.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // picocli handles it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  private final Output output;
  private final Environment place;

  private JmhCommand(Output output, Environment place) {
    this.output = output;
    this.place = place;
  }

  /**
   * The environment of the command.
   *
   * @param reports the parent of new report directories
   */
  record Environment(PrintStream out, PrintStream err, Clock clock, Path reports) {}

  /**
   * Runs the command.
   *
   * @return an exit code of {@link JmhExitCode}
   */
  static int execute(Environment place, String... args) {
    var output = new Output(place.out(), place.err(), Arrays.asList(args).contains(JSON));
    var line = new CommandLine(new JmhCommand(output, place));
    line.setUsageHelpWidth(HelpColumns.of(System.getenv()));
    line.setOut(new PrintWriter(place.out(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler(
        (failure, unused) ->
            failed(output, JmhExitCode.USAGE, failure.getMessage() + "; see ./swarm jmh --help"));
    line.setExecutionExceptionHandler(
        (failure, unused, result) ->
            failure instanceof JmhException known
                ? failed(output, known.exitCode(), String.valueOf(known.getMessage()))
                : failed(output, JmhExitCode.FAILED, failure.toString()));
    return line.execute(args);
  }

  private static int failed(Output output, int exit, String message) {
    output.note(PREFIX + message);
    if (output.json()) {
      output.result(SummaryJson.failure(exit, message));
    }
    return exit;
  }

  @Override
  public Integer call() throws JmhException {
    var plan = BenchmarkPlan.of(quick, Parameters.of(parameters), only);
    return new JmhRun(output, place.clock(), place.reports()).run(plan, out, check);
  }
}
