package dev.canswarm.simulation.command;

import dev.canswarm.config.LogLevel;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.simulation.chaos.ChaosOptions;
import dev.canswarm.simulation.chaos.ChaosRun;
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
    header = "Kills processes of a working swarm and checks that nothing is lost.",
    description = {
      "Starts one up and two processes that join it in a temporary directory on free ports,",
      "publishes NEEDs all the time, and meanwhile kills processes, PostgreSQL and Redis, empties",
      "Redis and restarts the broker. Then it waits until all NEEDs have ended, and a checker that",
      "shares no code with the pipeline checks topics and tables. Exit 0 only if nothing was lost",
      "and P1 to P6 hold.%n"
    })
public final class ChaosCommand extends CliCommand {
  private static final long SECONDS_PER_MINUTE = 60;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Minutes for which faults are injected. Default: 5.")
  private double minutes = 5;

  @Option(
      names = "--needs",
      paramLabel = "N",
      description = "Ends earlier, once N NEEDs were published and --kills is reached.")
  private int needs;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "Ends earlier, once N kills hit work in flight; fewer are a failure.")
  private int kills;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "A number; the same seed gives the same NEEDs, faults and pauses.")
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
