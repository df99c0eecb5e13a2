package dev.canswarm.pipeline.cli.list;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm list}. */
@Command(
    name = "list",
    header = "Lists NEEDs, the newest first, by state, outcome, type, thread or age.",
    description = {
      "Reads the list of the running stack. A NEED is shown if it matches all given filters. The"
          + " list is an index and is not verified: ./swarm thread shows the messages of a NEED"
          + " with their standing.%n"
    },
    footer = {"", "Exit: 0 also if nothing fits, 3 no stack runs."})
public final class ListCommand extends CliCommand {
  @Option(names = "--state", paramLabel = "STATE", description = "open or ended.")
  @Nullable String state;

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      description = "ACCEPTED, REJECTED or EXPIRED.")
  @Nullable String outcome;

  @Option(names = "--type", paramLabel = "TYPE", description = "Task type that it asks for.")
  @Nullable String type;

  @Option(names = "--thread", paramLabel = "T", description = "Thread that it belongs to.")
  @Nullable String thread;

  @Option(names = "--artifact", paramLabel = "SHA256", description = "Artifact that it ended with.")
  @Nullable String artifact;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Stored longer ago than this, such as 90s, 5m, 2h or 3d.")
  @Nullable String olderThan;

  @Option(names = "--limit", paramLabel = "N", description = "Most NEEDs to list. Default: 50.")
  int limit = 50;

  public ListCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "postgres.url");
  }

  @Override
  protected int run() throws Exception {
    return ListRun.run(this);
  }
}
