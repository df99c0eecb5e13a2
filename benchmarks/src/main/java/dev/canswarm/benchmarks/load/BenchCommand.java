package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.HelpColumns;
import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./swarm bench}. */
@Command(
    name = "swarm bench",
    abbreviateSynopsis = true,
    header = "Measures the whole stack under load: NEEDs per second, latency, CPU, memory.",
    description =
        "Starts a stack as a separate process, sends NEEDs through an ordinary Kafka producer, reads"
            + " the FINALIZEs with an ordinary consumer, and checks each one afterwards. Results go"
            + " to standard output, progress to standard error. benchmarks/README.md explains how to"
            + " read them.%n",
    footer = {
      "",
      "Exit codes: 0 every NEED was accepted and every check passed, 1 otherwise, 2 usage, 3"
          + " environment (the stack does not start, or ended), 4 no NEED ended for"
          + " --stall-seconds."
    })
final class BenchCommand implements Callable<Integer> {
  private static final String JSON = "--json";
  private static final String PREFIX = "swarm: ";
  private static final int NEEDS_MAX = 10_000_000;

  /** The built-in policy allows payloads of 256 KiB; the rest is for the other members. */
  private static final int PAYLOAD_BYTES_MAX = 260_000;

  private static final int PROCESSES_MAX = 16;
  private static final int NEEDS = 1_000;

  /** The longest deadline that the built-in policy allows. */
  private static final long DEADLINE_MILLIS_MAX = 3_600_000;

  private static final int OVERLOAD_NEEDS = 200_000;
  private static final List<String> OVERLOAD_JAVA = List.of("-Xmx256m");
  private static final int LARGE_EVERY = 500;
  private static final int LARGE_BYTES = 250_000;

  @Option(
      names = "--needs",
      paramLabel = "N",
      description = "NEEDs that are counted. Default: 1000; with --overload 200000.")
  private @Nullable Integer needs;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "NEEDs offered per second, also if the swarm falls behind; 0, the default: all at once.")
  private double rate;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      description = "Length of the text that each NEED's task hashes. Default: ${DEFAULT-VALUE}.")
  private int payload = 64;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Accepting attestations; 0, the default: as the policy says.")
  private int k;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Distinct thread ids; 0, the default: one for each NEED.")
  private int threads;

  @Option(
      names = "--processes",
      paramLabel = "P",
      description = "Pipeline processes; all but the first join. Default: ${DEFAULT-VALUE}.")
  private int processes = 1;

  @Option(names = "--pin", description = "Each pipeline process runs on one core of its own.")
  private boolean pin;

  @Option(
      names = "--engine",
      paramLabel = "E",
      description = "The pipeline's Ed25519: auto, accp, i2p, jdk. Default: ${DEFAULT-VALUE}.")
  private String engine = "auto";

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "NEEDs that are sent first, waited for, and not counted. Default: 0.")
  private int warmup;

  @Option(
      names = "--deadline-ms",
      paramLabel = "MS",
      description = "Of each NEED; 0, the default: as the policy says.")
  private long deadlineMillis;

  @Option(
      names = "--replay-percent",
      paramLabel = "P",
      description = "Counted NEEDs that are replayed afterwards. Default: ${DEFAULT-VALUE}.")
  private double replayPercent = 1;

  @Option(
      names = "--stall-seconds",
      paramLabel = "S",
      description = "Gives up when no NEED has ended for S seconds. Default: ${DEFAULT-VALUE}.")
  private int stallSeconds = 120;

  @Option(
      names = "--profile",
      description = "Records the pipeline with JFR and shows where its CPU time goes.")
  private boolean profile;

  @Option(
      names = "--java-opts",
      paramLabel = "OPTIONS",
      description = "Options of the pipeline's JVMs, separated by spaces.")
  private String javaOptions = "";

  @Option(
      names = "--up",
      paramLabel = "OPTION",
      description = "An option of ./swarm up, such as --up=--agents-workers=4. May be repeated.")
  private List<String> upOptions = new ArrayList<>();

  @Option(
      names = "--overload",
      description =
          "Everything at once: a heap of 256 MB, NEEDs of 250 KB among the others, a compression"
              + " bomb, and a PostgreSQL that is slowed down for --brake-seconds in the middle.")
  private boolean overload;

  @Option(names = "--brake-seconds", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.")
  private int brakeSeconds = 60;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Writes a report with charts to DIR: all NEEDs at once with --profile, then latencies at"
              + " six fractions of the rate that this gave, each for 20 seconds.")
  private @Nullable Path report;

  @Option(
      names = "--sight",
      description =
          "Measures the cost of an open page: eight runs of --needs NEEDs on one stack, alternately"
              + " without any reader and with the requests of an open page and a Prometheus server.")
  private boolean sight;

  @Option(names = "--keep", description = "Keeps the data directories, and prints their paths.")
  private boolean keep;

  @SuppressWarnings("UnusedVariable") // read before picocli parses; declared here for the help
  @Option(names = JSON, description = "Prints one JSON object of type summary on one line.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // picocli handles it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  private final Place place;
  private final Progress progress;

  private BenchCommand(Place place, Progress progress) {
    this.place = place;
    this.progress = progress;
  }

  /**
   * The command's environment: streams and paths of the process that runs it.
   *
   * @param program the launcher, or the pipeline's jar
   * @param reports where recordings go
   */
  record Place(
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      Path program,
      Path reports) {}

  /**
   * Runs the command.
   *
   * @return an exit code of {@link BenchExit}
   */
  static int execute(Place place, String... args) {
    boolean json = Arrays.asList(args).contains(JSON);
    var progress = new Progress(place.err());
    var line = new CommandLine(new BenchCommand(place, progress));
    line.setUsageHelpWidth(HelpColumns.of(place.environment()));
    line.setOut(new PrintWriter(place.out(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler(
        (failure, unused) ->
            failed(
                place,
                progress,
                json,
                BenchExit.USAGE,
                failure.getMessage() + "; see ./swarm bench --help"));
    line.setExecutionExceptionHandler(
        (failure, unused, result) ->
            failure instanceof BenchException known
                ? failed(
                    place, progress, json, known.exitCode(), String.valueOf(known.getMessage()))
                : failed(place, progress, json, BenchExit.FAILED, failure.toString()));
    return line.execute(args);
  }

  private static int failed(
      Place place, Progress progress, boolean json, int exit, String message) {
    progress.note(PREFIX + message);
    if (json) {
      place.out().println(Summary.failure(exit, message));
    }
    return exit;
  }

  @Override
  public Integer call() throws Exception {
    var run = new BenchRun(place, progress);
    if (sight) {
      SightSummary seen = run.sight(options());
      place.out().println(json ? seen.json() : seen.text());
      return seen.exit();
    }
    Summary summary = report == null ? run.run(options()) : run.report(options(), report);
    place.out().println(json ? summary.json() : summary.text());
    return summary.exit();
  }

  private BenchOptions options() {
    int count = needs != null ? needs : overload ? OVERLOAD_NEEDS : NEEDS;
    check("--needs", count, 1, NEEDS_MAX);
    check("--brake-seconds", brakeSeconds, 1, 3_600);
    check("--warmup", warmup, 0, NEEDS_MAX);
    check("--payload", payload, PhaseRecords.Texts.BYTES_MIN, PAYLOAD_BYTES_MAX);
    check("--k", k, 0, 16);
    check("--threads", threads, 0, NEEDS_MAX);
    check("--processes", processes, 1, PROCESSES_MAX);
    check("--stall-seconds", stallSeconds, 1, 86_400);
    check("--deadline-ms", deadlineMillis, 0, DEADLINE_MILLIS_MAX);
    if (!(rate >= 0 && rate <= 1e6)) {
      throw usage("--rate: expected 0 to 1000000, got " + rate);
    }
    if (!(replayPercent >= 0 && replayPercent <= 100)) {
      throw usage("--replay-percent: expected 0 to 100, got " + replayPercent);
    }
    if (!List.of("auto", "accp", "i2p", "jdk").contains(engine)) {
      throw usage("--engine: expected auto, accp, i2p or jdk, got " + engine);
    }
    if (report != null && (overload || rate > 0)) {
      throw usage("--report: neither with --overload nor with --rate");
    }
    if (sight && (report != null || overload || profile || rate > 0)) {
      throw usage("--sight: with neither of --report, --overload, --profile and --rate");
    }
    if (pin && processes > Runtime.getRuntime().availableProcessors()) {
      throw usage("--pin: there are fewer cores than processes");
    }
    List<String> javaOptionList = new ArrayList<>(overload ? OVERLOAD_JAVA : List.of());
    javaOptionList.addAll(
        Arrays.stream(javaOptions.split(" ")).filter(option -> !option.isEmpty()).toList());
    return BenchOptions.of(count)
        .perSecond(rate)
        .payloadBytes(payload)
        .k(k)
        .threads(threads)
        .processes(processes)
        .engine(engine)
        .warmup(warmup)
        .deadlineMillis(deadlineMillis == 0 && overload ? DEADLINE_MILLIS_MAX : deadlineMillis)
        .stallSeconds(stallSeconds)
        .pin(pin)
        .profile(profile || report != null)
        .replayPercent(replayPercent)
        .javaOptions(javaOptionList)
        .upOptions(upOptions)
        .keep(keep)
        .overload(
            overload
                ? Optional.of(
                    new BenchOptions.OverloadOptions(LARGE_EVERY, LARGE_BYTES, brakeSeconds))
                : Optional.empty())
        .build();
  }

  private void check(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw usage("%s: expected %d to %d, got %d".formatted(option, min, max, value));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
