package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ./swarm thread}. */
@Command(
    name = "thread",
    header = "Shows a thread's envelopes, tasks and states.",
    description = "Reads what the running stack has stored, in Lamport order.%n")
final class ThreadCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "ID", description = "The thread's name.")
  private @Nullable String threadId;

  ThreadCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    return ThreadRun.run(this, String.valueOf(threadId));
  }
}
