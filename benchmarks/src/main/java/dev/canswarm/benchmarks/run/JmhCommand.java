package dev.canswarm.benchmarks.run;

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

/** {@code ./swarm jmh}. */
@Command(
    name = "swarm jmh",
    abbreviateSynopsis = true,
    header =
        "Measures the hot path with JMH: signing, verifying, hashing, canonical JSON, envelopes.",
    description = {
      "Measures the ratios that have a target, then every benchmark by engine and payload size,",
      "and writes JMH's JSON, a page in Markdown and charts. Takes a quarter of an hour; --quick",
      "measures the ratios alone, in about two minutes. Results on standard output, progress on",
      "standard error. benchmarks/README.md tells how to read them.%n"
    },
    footer = {
      "",
      "Exit: 0 measured, 1 a benchmark failed or, with --check, a ratio misses its target or cannot",
      "be measured here, 2 usage, 3 environment (another JMH run is under way, an engine that was",
      "asked for does not load, the report cannot be written)."
    })
final class JmhCommand implements Callable<Integer> {
  private static final String JSON = "--json";
  private static final String PREFIX = "swarm: ";
  private static final int HELP_COLUMNS = 96;

  @Option(names = "--quick", description = "Only what the ratios need, in three rounds.")
  private boolean quick;

  @Option(
      names = "-p",
      paramLabel = "NAME=V1,V2",
      description = {
        "Values of a JMH parameter: engine (i2p, accp, jdk), payloadBytes (128 to 524288).",
        "With --quick one value each; a target is for engine=accp, payloadBytes=512 alone."
      })
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = {
        "Only ratios and benchmarks whose name it is found in, such as Envelope or verify_path."
      })
  private @Nullable String only;

  @Option(names = "--check", description = "Exit 1 when a ratio misses its target.")
  private boolean check;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes. Default: a new directory in benchmarks/reports.")
  private @Nullable Path out;

  @SuppressWarnings("UnusedVariable") // looked for before anything is parsed, and listed here
  @Option(names = JSON, description = "Prints one JSON object, of type summary, on one line.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  private final Output output;
  private final Place place;

  private JmhCommand(Output output, Place place) {
    this.output = output;
    this.place = place;
  }

  /**
   * What comes from the process.
   *
   * @param reports where reports go unless said otherwise
   */
  record Place(PrintStream out, PrintStream err, Clock clock, Path reports) {}

  /**
   * Runs the command.
   *
   * @return of {@link Exit}
   */
  static int execute(Place place, String... args) {
    var output = new Output(place.out(), place.err(), Arrays.asList(args).contains(JSON));
    var line = new CommandLine(new JmhCommand(output, place));
    line.setUsageHelpWidth(HELP_COLUMNS);
    line.setOut(new PrintWriter(place.out(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler(
        (failure, unused) ->
            failed(output, Exit.USAGE, failure.getMessage() + "; see ./swarm jmh --help"));
    line.setExecutionExceptionHandler(
        (failure, unused, result) ->
            failure instanceof JmhException known
                ? failed(output, known.exitCode(), String.valueOf(known.getMessage()))
                : failed(output, Exit.FAILED, failure.toString()));
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
    var plan = Plan.of(quick, Parameters.of(parameters), only);
    return new JmhRun(output, place.clock(), place.reports()).run(plan, out, check);
  }
}
