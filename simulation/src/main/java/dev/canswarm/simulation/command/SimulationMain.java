package dev.canswarm.simulation.command;

import dev.canswarm.pipeline.cli.command.CommandProcess;

/** The program of {@code ./swarm sim}, {@code ./swarm chaos} and {@code ./swarm hostile}. */
public final class SimulationMain {
  private SimulationMain() {}

  /** Runs the command and exits with its code; after Ctrl-C or TERM with 130 or 143. */
  public static void main(String[] args) {
    CommandProcess.run(SimulationCommands::execute, args);
  }
}
