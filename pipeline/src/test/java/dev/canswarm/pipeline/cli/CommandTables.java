package dev.canswarm.pipeline.cli;

import static java.util.stream.Collectors.joining;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.SettingKey;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The command line as it describes itself, in Markdown. */
public final class CommandTables {
  /** Options that every command has; the page says so once. */
  private static final Set<String> OF_ALL = Set.of("--help", "--json", "--config");

  private final CommandLine swarm;
  private final Set<String> settings;

  /** Options that name files with secret settings; the page of settings says what they are. */
  private final Set<String> files;

  /**
   * @param program makes the command line that is described
   */
  public CommandTables(Function<CommandContext, CommandLine> program) {
    swarm = program.apply(context());
    settings = SettingKeys.all().stream().map(SettingKey::flagName).collect(Collectors.toSet());
    files =
        SettingKeys.all().stream()
            .filter(SettingKey::secret)
            .map(SettingKey::fileFlagName)
            .collect(Collectors.toSet());
  }

  /** Returns a context in which commands describe themselves, and print nothing. */
  static CommandContext context() {
    PrintStream nothing =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new CommandContext(
        new Console(nothing, nothing, false),
        new StopSignal(),
        Map.of(),
        Path.of("."),
        TimeSource.system(),
        new SecureRandom());
  }

  /** Returns a chapter for each command, in the order of the program's help. */
  public String text() {
    return textWithout(Set.of());
  }

  /** Returns {@link #text} without the chapters of some commands. */
  String textWithout(Set<String> names) {
    return swarm.getSubcommands().values().stream()
        .filter(command -> !names.contains(command.getCommandName()))
        .map(command -> chapter(command.getCommandSpec()))
        .collect(joining());
  }

  private String chapter(CommandSpec command) {
    StringBuilder text = new StringBuilder("### `%s`\n\n".formatted(synopsis(command)));
    text.append(joined(command.usageMessage().header())).append('\n');
    text.append('\n').append(joined(command.usageMessage().description())).append("\n\n");
    String rows =
        command.positionalParameters().stream().map(CommandTables::row).collect(joining())
            + command.options().stream()
                .filter(this::isOwn)
                .map(CommandTables::row)
                .collect(joining());
    if (!rows.isEmpty()) {
      text.append("| argument | meaning |\n|---|---|\n").append(rows).append('\n');
    }
    List<String> shown =
        command.options().stream()
            .filter(option -> settings.contains(option.longestName()) && !option.hidden())
            .map(option -> "`" + option.longestName() + "`")
            .sorted()
            .toList();
    if (!shown.isEmpty() && shown.size() < settings.size()) {
      text.append("Settings that matter here: %s.\n\n".formatted(String.join(", ", shown)));
    }
    String footer = joined(command.usageMessage().footer());
    return text.append(footer.isEmpty() ? "" : footer + "\n\n").toString();
  }

  private static String synopsis(CommandSpec command) {
    return "./swarm "
        + command.name()
        + command.positionalParameters().stream()
            .map(one -> " " + (one.required() ? one.paramLabel() : "[" + one.paramLabel() + "]"))
            .collect(joining());
  }

  private boolean isOwn(OptionSpec option) {
    String name = option.longestName();
    return !OF_ALL.contains(name) && !settings.contains(name) && !files.contains(name);
  }

  private static String row(ArgSpec argument) {
    String name =
        argument instanceof OptionSpec option
            ? Arrays.stream(option.names()).collect(joining(", "))
                + (option.arity().max() == 0 ? "" : " " + option.paramLabel())
            : ((PositionalParamSpec) argument).paramLabel();
    return "| `%s` | %s |\n".formatted(joined(name), joined(argument.renderedDescription()));
  }

  private static String joined(String... lines) {
    return Arrays.stream(lines)
        .map(line -> line.replace("%n", "").strip())
        .filter(line -> !line.isEmpty())
        .collect(joining(" "))
        .replace("|", "\\|");
  }
}
