package dev.canswarm.pipeline;

import dev.canswarm.pipeline.cli.SwarmCommands;
import dev.canswarm.pipeline.cli.command.CommandProcess;

/** The program behind {@code ./swarm}: one command per run. */
public final class Main {
  private Main() {}

  /** Runs the command and exits with its code; after Ctrl-C or TERM with 130 or 143. */
  public static void main(String[] args) {
    CommandProcess.run(SwarmCommands::execute, args);
  }
}
