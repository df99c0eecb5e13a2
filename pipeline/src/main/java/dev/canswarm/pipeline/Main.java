package dev.canswarm.pipeline;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.pipeline.cli.SwarmCommands;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The program: one command per run. Here, and in the wiring, real clocks, randomness and the
 * process's environment come in.
 */
public final class Main {
  private Main() {}

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
      exit = SwarmCommands.execute(context, args);
    } finally {
      stop.drained();
    }
    if (!stop.requested()) {
      System.exit(exit);
    }
  }
}
