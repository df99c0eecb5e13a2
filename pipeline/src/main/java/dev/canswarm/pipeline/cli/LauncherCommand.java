package dev.canswarm.pipeline.cli;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * A command of another program of the checkout, which this program only lists in its help: the
 * launcher {@code ./swarm} builds and runs that program.
 */
abstract sealed class LauncherCommand extends CliCommand {
  @SuppressWarnings("UnusedVariable") // picocli fills it, so that every option leads to the message
  @Unmatched
  private @Nullable List<String> options;

  private final String name;

  private LauncherCommand(CommandContext context, String name) {
    super(context);
    this.name = name;
  }

  @Override
  protected List<String> settingsShown() {
    return List.of();
  }

  @Override
  protected int run() throws CommandException {
    throw new CommandException(
        ExitCode.ENVIRONMENT,
        "%s is not part of this program; in a checkout, ./swarm %s builds and runs it"
            .formatted(name, name));
  }

  /** {@code ./swarm jmh}. */
  @Command(
      name = "jmh",
      header = "Measures the hot path with JMH: signing, hashing, canonical JSON.",
      description = "In a checkout, ./swarm jmh --help lists the options.%n")
  static final class Jmh extends LauncherCommand {
    Jmh(CommandContext context) {
      super(context, "jmh");
    }
  }

  /** {@code ./swarm bench}. */
  @Command(
      name = "bench",
      header = "Measures the whole stack under load: NEEDs per second, latency, CPU, memory.",
      description = "In a checkout, ./swarm bench --help lists the options.%n")
  static final class Bench extends LauncherCommand {
    Bench(CommandContext context) {
      super(context, "bench");
    }
  }

  /** {@code ./swarm sim}. */
  @Command(
      name = "sim",
      header = "Simulates swarms under faults and attacks and checks P1 to P7.",
      description = "In a checkout, ./swarm sim --help lists the options.%n")
  static final class Sim extends LauncherCommand {
    Sim(CommandContext context) {
      super(context, "sim");
    }
  }

  /** {@code ./swarm hostile}. */
  @Command(
      name = "hostile",
      header = "Floods a working swarm with bad records and checks the outcome of each.",
      description = "In a checkout, ./swarm hostile --help lists the options.%n")
  static final class Hostile extends LauncherCommand {
    Hostile(CommandContext context) {
      super(context, "hostile");
    }
  }

  /** {@code ./swarm chaos}. */
  @Command(
      name = "chaos",
      header = "Kills processes of a working swarm and checks that nothing is lost.",
      description = "In a checkout, ./swarm chaos --help lists the options.%n")
  static final class Chaos extends LauncherCommand {
    Chaos(CommandContext context) {
      super(context, "chaos");
    }
  }
}
