package dev.canswarm.pipeline.cli.raw;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm pub}. */
@Command(
    name = "pub",
    header = "Sends one raw record to any topic.",
    description = {
      "No envelope, no signature; the record is still written to the audit log. A missing topic is",
      "created.%n"
    })
public final class PubCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic to write.")
  @Nullable String topic;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "text",
      description = "The record's value; '-', or nothing, reads standard input.")
  String text = "-";

  @Option(names = "--key", paramLabel = "KEY", description = "The record's key.")
  @Nullable String key;

  public PubCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    return RawRun.pub(this, String.valueOf(topic));
  }
}
