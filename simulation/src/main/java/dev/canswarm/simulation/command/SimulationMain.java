package dev.canswarm.simulation.command;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.nio.file.Path;
import java.security.SecureRandom;

/** The program behind {@code ./swarm sim} and {@code ./swarm chaos}. */
public final class SimulationMain {
  private SimulationMain() {}

  /** Runs the command and exits with its code; after Ctrl-C or TERM with 130 or 143. */
  public static void main(String[] args) {
    StopSignal stop = new StopSignal();
    stop.onJvmShutdown(Runtime.getRuntime());
    int exit;
    try (Console console = Console.ofProcess(System.getenv())) {
      CommandContext context =
          new CommandContext(
              console,
              stop,
              System.getenv(),
              Path.of("").toAbsolutePath(),
              TimeSource.system(),
              new SecureRandom());
      exit = SimulationCommands.execute(context, args);
    } finally {
      stop.drained();
    }
    if (!stop.requested()) {
      System.exit(exit);
    }
  }
}
