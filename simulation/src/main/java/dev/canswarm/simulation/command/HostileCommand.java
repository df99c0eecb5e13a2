package dev.canswarm.simulation.command;

import dev.canswarm.config.LogLevel;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.simulation.hostile.HostileRun;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm hostile}. */
@Command(
    name = "hostile",
    header = "Floods a working swarm with bad records and checks the outcome of each.",
    description = {
      "Starts up in a temporary directory on free ports, and sends bad records of every kind to"
          + " all",
      "topics, among good NEEDs: mutations of real envelopes, replays into other threads,"
          + " forgeries,",
      "deep, huge and odd JSON, aborted transactions, and signed messages of insiders that do not",
      "fit. Exit 0 only if every good NEED was accepted, and each bad record ended as its kind"
          + " must:",
      "with one dead letter with the right reason, or with none.%n"
    })
public final class HostileCommand extends CliCommand {
  private static final int COUNT_MAX = 10_000_000;

  @Option(names = "--bad", paramLabel = "N", description = "Bad records. Default: 100000.")
  private int bad = 100_000;

  @Option(names = "--needs", paramLabel = "M", description = "Good NEEDs. Default: 5000.")
  private int needs = 5_000;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "A number; the same seed gives the same records. Default: 1.")
  private long seed = 1;

  HostileCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("policy.file", "keys.passphrase-file", "log.level");
  }

  @Override
  protected int run() throws Exception {
    if (bad < 1 || bad > COUNT_MAX || needs < 1 || needs > COUNT_MAX) {
      throw new CommandException(ExitCode.USAGE, "--bad and --needs: expected 1 to " + COUNT_MAX);
    }
    SwarmSettings settings = loadSettings(Map.of(), Optional.of(LogLevel.ERROR)).settings();
    return new HostileRun(context(), bad, needs, seed).run(settings);
  }
}
