package dev.canswarm.pipeline.cli.raw;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm tap}. */
@Command(
    name = "tap",
    header = "Prints the raw records of any topic.",
    description = {
      "One value per line, until Ctrl-C or --max. Every printed record is written to the audit"
          + " log.%n"
    })
public final class TapCommand extends CliCommand {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic to read.")
  @Nullable String topic;

  @Option(
      names = "--from-beginning",
      description = "Prints existing records first; otherwise only new ones.")
  boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "Ends after N records.")
  @Nullable Long max;

  @Option(
      names = "--verify",
      description =
          "Prints before each record whether it is verified: its signature, its sender's role,"
              + " that it follows from the stored messages, and that its slot holds it; for a dead"
              + " letter, whether its slot holds the same content.")
  boolean verify;

  @Option(
      names = "--raw",
      description = "Writes the values' bytes to a terminal as they are, without escapes.")
  boolean raw;

  public TapCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    if (raw) {
      console().useRaw();
    }
    return RawRun.tap(this, String.valueOf(topic));
  }
}
