package dev.canswarm.pipeline.cli.need;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm cancel}. */
@Command(
    name = "cancel",
    header = "Ends a NEED that is not wanted any more.",
    description = {
      "Signs a CANCEL with the operator's key of the data directory, or with the client's if that",
      "signed the NEED, and waits until the NEED has ended. Tasks that run for it are stopped.",
      "Exit 0 if it was cancelled, now or before; 1 if it had already ended with another outcome.%n"
    })
public final class CancelCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "NEED_ID", description = "The NEED's id.")
  String needId = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for people: at most 1024 characters. Nothing is decided by it.")
  @Nullable String reason;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MS",
      description = "How long to wait for the end before it exits with 4. Default: 30000.")
  long timeoutMillis = 30_000;

  public CancelCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data");
  }

  @Override
  protected int run() throws Exception {
    return new CancelRun(this).run();
  }
}
