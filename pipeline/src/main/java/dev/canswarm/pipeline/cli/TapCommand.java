package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm tap}. */
@Command(
    name = "tap",
    header = "Prints the records of any topic, as they are.",
    description = {
      "One value a line, until Ctrl-C or --max. What is printed is written into the audit log.%n"
    })
final class TapCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "Where from.")
  @Nullable String topic;

  @Option(
      names = "--from-beginning",
      description = "Also what is there already; otherwise what comes from now on.")
  boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "Ends after so many records.")
  @Nullable Long max;

  TapCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    return RawRun.tap(this, String.valueOf(topic));
  }
}
