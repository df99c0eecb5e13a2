package dev.canswarm.simulation.command;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandLines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands of the simulation module. */
public final class SimulationCommands {
  private SimulationCommands() {}

  /**
   * Runs the command that the arguments name.
   *
   * @return one of {@link dev.canswarm.pipeline.cli.command.ExitCode}
   */
  public static int execute(CommandContext context, String... args) {
    return CommandLines.execute(context, new Program(), all(context), args);
  }

  /** The command line of these commands, for one run. */
  public static CommandLine commandLine(CommandContext context) {
    return CommandLines.of(context, new Program(), all(context));
  }

  private static Map<String, CliCommand> all(CommandContext context) {
    Map<String, CliCommand> commands = new LinkedHashMap<>();
    commands.put("sim", new SimCommand(context));
    commands.put("chaos", new ChaosCommand(context));
    commands.put("hostile", new HostileCommand(context));
    return commands;
  }

  /** The program without a command: the launcher always names one. */
  @Command(name = "swarm", synopsisSubcommandLabel = "COMMAND")
  private static final class Program implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "expected sim, chaos or hostile");
    }
  }
}
