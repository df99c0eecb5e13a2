package dev.canswarm.pipeline.cli.thread;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ./swarm thread}. */
@Command(
    name = "thread",
    header = "Shows a thread's envelopes, tasks and states.",
    description = "Reads what the running stack has stored, in Lamport order.%n")
public final class ThreadCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "ID", description = "The thread's name.")
  private @Nullable String threadId;

  public ThreadCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    return ThreadRun.run(this, new ThreadId(String.valueOf(threadId)));
  }
}
