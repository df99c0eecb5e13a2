package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm pub}. */
@Command(
    name = "pub",
    header = "Sends one record to any topic, as it is.",
    description = {
      "No envelope, no signature; what is sent is written into the audit log all the same. A topic",
      "that is not there is made.%n"
    })
final class PubCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "Where to.")
  @Nullable String topic;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "text",
      description = "The record's value; '-', or nothing, reads standard input.")
  String text = "-";

  @Option(names = "--key", paramLabel = "KEY", description = "The record's key.")
  @Nullable String key;

  PubCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    return RawRun.pub(this, String.valueOf(topic));
  }
}
