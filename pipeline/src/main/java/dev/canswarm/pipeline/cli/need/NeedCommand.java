package dev.canswarm.pipeline.cli.need;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm need}. */
@Command(
    name = "need",
    header = "Signs and sends one NEED to the running stack.",
    description = {
      "The text becomes the input {\"text\": …} of the task; of json.canonicalize, and with",
      "--input-json, it is the input itself. '-' or --file - reads standard input. With --wait the",
      "results' bytes go to standard output.%n"
    })
public final class NeedCommand extends CliCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "text",
      description = "The text to work on.")
  @Nullable String text;

  @Option(
      names = {"--file", "-f"},
      paramLabel = "FILE",
      description = "Reads the text from a file.")
  @Nullable String file;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Type of the task. Default: text.wordcount.")
  @Nullable String type;

  @Option(
      names = "--thread",
      paramLabel = "T",
      description = "Thread that the NEED belongs to. Default: a new one.")
  @Nullable String thread;

  @Option(names = "--input-json", description = "The text is the input as JSON.")
  boolean inputJson;

  @Option(
      names = "--payload",
      description = "The text is the NEED's whole payload as JSON, for several tasks.")
  boolean payload;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Verifiers that must accept; used if larger than the policy's k.")
  @Nullable Integer k;

  @Option(names = "--deadline-ms", paramLabel = "MS", description = "Deadline in milliseconds.")
  @Nullable Long deadlineMillis;

  @Option(names = "--wait", description = "Waits for the FINALIZE; exit 0 only if it is ACCEPTED.")
  boolean await;

  @Option(
      names = "--raw",
      description = "Writes the results' bytes to a terminal as they are, without escapes.")
  boolean raw;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MS",
      description = "How long --wait waits before it exits with 4. Default: 120000.")
  long timeoutMillis = 120_000;

  public NeedCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data");
  }

  @Override
  protected int run() throws Exception {
    if (raw) {
      console().useRaw();
    }
    return new NeedRun(this).run();
  }
}
