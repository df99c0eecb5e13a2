package dev.canswarm.pipeline.cli.status;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm status}. */
@Command(
    name = "status",
    header = "Shows the state of the running stack: servers, processes, open NEEDs, rates, lag.",
    description = {
      "Asks PostgreSQL for what is open, Kafka for the processes, their lag and what came in the",
      "last minute, and the process that runs the stack for its health.%n"
    },
    footer = {"", "Exit: 0 all is well, 1 a part is away or not ready, 3 no stack runs."})
public final class StatusCommand extends CliCommand {
  @Option(names = "--watch", description = "Refreshes every two seconds, until Ctrl-C.")
  boolean watch;

  public StatusCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "kafka.bootstrap", "postgres.url");
  }

  @Override
  protected int run() throws Exception {
    return StatusRun.run(this);
  }
}
