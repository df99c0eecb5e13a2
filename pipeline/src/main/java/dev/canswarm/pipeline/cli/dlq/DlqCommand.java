package dev.canswarm.pipeline.cli.dlq;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm dlq}. */
@Command(
    name = "dlq",
    header = "Lists and shows dead letters, and sends refused records again.",
    description = {
      "list prints the dead letters and counts them by reason; show prints their content; redrive",
      "sends the refused records again to the topics that they came on, and writes each to the"
          + " audit",
      "log before and after it is sent. A position is topic/partition/offset of the refused"
          + " record.",
      "Dead letters are not signed. Each is compared with the row that the process which refused",
      "the record stored in PostgreSQL. If the row differs or is missing, the dead letter is shown",
      "as UNVERIFIED and its record is not sent again. The key is compared with the refused record",
      "on its topic; a record that is no longer there is not sent again either.%n"
    },
    footer = {"", "Exit: 0, 1 no such letter, or one that could not be sent again."})
public final class DlqCommand extends CliCommand {
  /** The subcommands. */
  enum Action {
    list,
    show,
    redrive
  }

  @Parameters(index = "0", paramLabel = "list|show|redrive", description = "The action.")
  @Nullable Action action;

  @Parameters(index = "1..*", paramLabel = "POSITION", description = "Only these records.")
  List<String> positions = new ArrayList<>();

  @Option(names = "--reason", paramLabel = "CODE", description = "Only of this reason; repeatable.")
  List<String> reasons = new ArrayList<>();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only from this topic; repeatable.")
  List<String> topics = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only letters sent since 2026-11-29T12:00:00Z, or since 10m ago (s, m, h, d).")
  @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Only letters sent until then.")
  @Nullable String until;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "The last N at most; counts are of all. Default: 100.")
  int max = 100;

  @Option(names = "--all", description = "Lets redrive take every letter.")
  boolean all;

  @Option(names = "--dry-run", description = "Says what redrive would send, and sends nothing.")
  boolean dryRun;

  @Option(
      names = "--raw",
      description = "Writes the contents' bytes to a terminal as they are, without escapes.")
  boolean raw;

  public DlqCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "kafka.bootstrap", "postgres.url");
  }

  @Override
  protected int run() throws Exception {
    if (max < 1 || max > DlqRun.LETTERS_MAX) {
      throw new CommandException(
          ExitCode.USAGE, "--max: expected 1 to " + DlqRun.LETTERS_MAX + ", got " + max);
    }
    if (raw) {
      console().useRaw();
    }
    return DlqRun.run(this);
  }
}
