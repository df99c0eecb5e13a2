package dev.canswarm.pipeline.cli.completion;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./swarm completion}. */
@Command(
    name = "completion",
    header = "Prints a script that completes commands and options in bash and zsh.",
    description = {
      "For this shell: source <(./swarm completion)",
      "For every one: put that line into ~/.bashrc, or into ~/.zshrc.%n"
    })
public final class CompletionCommand extends CliCommand {
  private static final String NAME = "swarm";

  private final Supplier<CommandLine> all;

  /**
   * @param all the whole command line
   */
  public CompletionCommand(CommandContext context, Supplier<CommandLine> all) {
    super(context);
    this.all = all;
  }

  @Override
  protected List<String> settingsShown() {
    return List.of();
  }

  @Override
  protected int run() {
    String script = AutoComplete.bash(NAME, all.get());
    console().result(script.getBytes(StandardCharsets.UTF_8));
    console().object("completion", Map.of("script", script));
    console().summary(ExitCode.OK, Map.of());
    return ExitCode.OK;
  }
}
