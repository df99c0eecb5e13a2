package dev.canswarm.pipeline.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a command. */
@Command(
    name = "swarm",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    description = {
      "Coordinates a swarm of agents over signed messages: NEEDs go in, results that",
      "anyone can check from the log come out.%n"
    },
    footer = {
      "",
      "Start here:   ./swarm demo",
      "Then:         ./swarm up           and, in another terminal,",
      "              ./swarm need --wait \"to be or not to be\"",
      "",
      "./swarm COMMAND --help lists its options. Every setting is an option of every command that uses"
          + " settings, an environment variable and a line of swarm.yaml: ./swarm config --help.",
      "Exit: 0 success, 1 failed, 2 usage, 3 environment, 4 timed out, 5 incomplete, 130/143"
          + " drained after Ctrl-C/TERM."
    })
public final class SwarmCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Shows the version.")
  private boolean version;

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "which command?");
  }
}
