package dev.canswarm.pipeline.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code ./swarm jmh}, as the help lists it. The benchmarks are a program of their own, which the
 * launcher builds and runs: this one knows nothing of them.
 */
@Command(
    name = "jmh",
    header = "Measures the hot path with JMH: signing, hashing, canonical JSON.",
    description = {
      "Part of a checkout: there, ./swarm jmh builds and runs it, and ./swarm jmh --help says more.%n"
    })
final class JmhCommand extends CliCommand {
  @SuppressWarnings("UnusedVariable") // picocli fills it, so that every option leads to the message
  @Unmatched
  private @Nullable List<String> options;

  JmhCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of();
  }

  @Override
  protected int run() throws CommandException {
    throw new CommandException(
        ExitCode.ENVIRONMENT,
        "the benchmarks are not in this program; in a checkout, ./swarm jmh builds and runs them");
  }
}
