package dev.canswarm.pipeline.cli;

import dev.canswarm.pipeline.cli.replay.RebuildCommand;
import dev.canswarm.pipeline.cli.replay.ReplayCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line: every command, and how errors end it. */
public final class CommandLines {
  private static final String PREFIX = "swarm: ";
  private static final String JSON = "--json";
  private static final String END_OF_OPTIONS = "--";
  private static final int HELP_COLUMNS = 96;

  private CommandLines() {}

  /**
   * Runs one command.
   *
   * @return of {@link ExitCode}
   */
  public static int execute(CommandContext context, String... args) {
    if (asksForJson(args)) {
      context.console().useJson();
    }
    int exit = of(context).execute(args);
    context.console().progressDone();
    return exit;
  }

  /** The command line; it runs once. */
  static CommandLine of(CommandContext context) {
    CommandLine swarm = new CommandLine(new SwarmCommand());
    for (Map.Entry<String, CliCommand> entry : commands(context).entrySet()) {
      CliCommand command = entry.getValue();
      CommandLine line = new CommandLine(command);
      command.settingsOptions().addTo(line.getCommandSpec(), command.settingsShown());
      line.getCommandSpec().usageMessage().abbreviateSynopsis(true);
      swarm.addSubcommand(entry.getKey(), line);
    }
    swarm.setUsageHelpWidth(HELP_COLUMNS);
    swarm.setCaseInsensitiveEnumValuesAllowed(true);
    swarm.setOut(new PrintWriter(context.console().out(), true, StandardCharsets.UTF_8));
    swarm.setParameterExceptionHandler((failure, args) -> usageError(context, failure));
    swarm.setExecutionExceptionHandler((failure, line, result) -> executionError(context, failure));
    return swarm;
  }

  /** Every command, in the order of the help. */
  private static Map<String, CliCommand> commands(CommandContext context) {
    Map<String, CliCommand> commands = new LinkedHashMap<>();
    commands.put("demo", new DemoCommand(context));
    commands.put("up", new UpCommand(context));
    commands.put("need", new NeedCommand(context));
    commands.put("replay", new ReplayCommand(context));
    commands.put("rebuild", new RebuildCommand(context));
    commands.put("sim", new SimCommand(context));
    commands.put("thread", new ThreadCommand(context));
    commands.put("keys", new KeysCommand(context));
    commands.put("config", new ConfigCommand(context));
    commands.put("jmh", new JmhCommand(context));
    commands.put("pub", new PubCommand(context));
    commands.put("tap", new TapCommand(context));
    return commands;
  }

  private static boolean asksForJson(String... args) {
    return Arrays.stream(args)
        .takeWhile(argument -> !argument.equals(END_OF_OPTIONS))
        .anyMatch(JSON::equals);
  }

  private static int usageError(CommandContext context, ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName(" ");
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("bad usage");
    context
        .console()
        .note(PREFIX + message + suggestion(failure) + "; see ./" + command + " --help");
    summary(context, ExitCode.USAGE, message);
    return ExitCode.USAGE;
  }

  private static String suggestion(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      CommandSpec spec = failure.getCommandLine().getCommandSpec();
      String text = unmatched.getUnmatched().get(0);
      int equals = text.indexOf('=');
      String name = text.startsWith("-") && equals > 0 ? text.substring(0, equals) : text;
      List<String> candidates = new ArrayList<>(spec.optionsMap().keySet());
      candidates.addAll(spec.subcommands().keySet());
      return Nearest.to(name, candidates)
          .map(nearest -> "; did you mean " + nearest + "?")
          .orElse("");
    }
    return "";
  }

  private static int executionError(CommandContext context, Exception failure) {
    int exit = Failures.exitCode(failure);
    context.console().progressDone();
    context.console().note(Failures.line(failure));
    if (LogSetup.debug()) {
      context.console().note(Failures.trace(failure));
    }
    summary(context, exit, Failures.message(failure));
    return exit;
  }

  private static void summary(CommandContext context, int exit, String message) {
    context.console().summary(exit, Map.of("error", message));
  }
}
