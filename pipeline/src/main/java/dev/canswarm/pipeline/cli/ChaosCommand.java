package dev.canswarm.pipeline.cli;

import dev.canswarm.config.LogLevel;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.pipeline.cli.chaos.ChaosOptions;
import dev.canswarm.pipeline.cli.chaos.ChaosRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm chaos}. */
@Command(
    name = "chaos",
    header = "Kills a working swarm again and again, and counts what is lost.",
    description = {
      "Starts one up and two that join it in a temporary directory on free ports, feeds NEEDs",
      "without a pause, and meanwhile kills processes, PostgreSQL and Redis, empties Redis, restarts",
      "the broker. Then everything is let come to rest, and a checker that shares no code with the",
      "pipeline judges topics and tables. Exit 0 only if nothing was lost and P1 to P6 hold.%n"
    })
final class ChaosCommand extends CliCommand {
  private static final long SECONDS_PER_MINUTE = 60;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "How long faults are injected. Default: 5.")
  private double minutes = 5;

  @Option(
      names = "--needs",
      paramLabel = "N",
      description = "Ends earlier, once N NEEDs were fed and --kills were made.")
  private int needs;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "Ends earlier, once N kills hit work in flight; fewer in all are a failure.")
  private int kills;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "A number: the same one gives the same NEEDs, faults and pauses.")
  private @Nullable Long seed;

  ChaosCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("policy.file", "log.level");
  }

  @Override
  protected int run() throws Exception {
    inRange("--needs", needs, ChaosOptions.COUNT_MAX);
    inRange("--kills", kills, ChaosOptions.COUNT_MAX);
    if (!(minutes > 0 && minutes <= ChaosOptions.MINUTES_MAX)) {
      throw new CommandException(
          ExitCode.USAGE,
          "--minutes: expected more than 0 and at most %d, got %s"
              .formatted(ChaosOptions.MINUTES_MAX, minutes));
    }
    byte[] policy =
        PolicyFile.load(
            loadSettings(Map.of(), Optional.of(LogLevel.ERROR)).settings().policyFile());
    Duration length = Duration.ofMillis(Math.round(minutes * SECONDS_PER_MINUTE * 1000));
    long number = seed == null ? context().random().nextInt(Integer.MAX_VALUE) : seed;
    return new ChaosRun(context(), new ChaosOptions(length, needs, kills, number)).run(policy);
  }

  private static void inRange(String option, int value, int max) throws CommandException {
    if (value < 0 || value > max) {
      throw new CommandException(
          ExitCode.USAGE, "%s: expected 0 to %d, got %d".formatted(option, max, value));
    }
  }
}
