package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.NearestName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes a command line of a program's commands, runs it, and reports how it ended. */
public final class CommandLines {
  private static final String PREFIX = "swarm: ";
  private static final String JSON = "--json";
  private static final String END_OF_OPTIONS = "--";

  private CommandLines() {}

  /**
   * Runs the command that the arguments name.
   *
   * @param program the object that picocli calls if no command is named
   * @param commands by name, in the order of the help
   * @return one of {@link ExitCode}
   */
  public static int execute(
      CommandContext context, Object program, Map<String, CliCommand> commands, String... args) {
    if (asksForJson(args)) {
      context.console().useJson();
    }
    int exit =
        of(context, program, commands, new HashSet<>(Arrays.asList(args))::contains).execute(args);
    context.console().progressDone();
    return orNotWritten(context, exit);
  }

  /** Returns ENVIRONMENT instead of OK if the output could not be written, as on a full disk. */
  private static int orNotWritten(CommandContext context, int exit) {
    Optional<IOException> failure = context.console().outputFailure();
    if (failure.isEmpty()) {
      return exit;
    }
    context
        .console()
        .note(PREFIX + "standard output cannot be written: " + failure.get().getMessage());
    return exit == ExitCode.OK ? ExitCode.ENVIRONMENT : exit;
  }

  /** Returns a command line of these commands, for one run. */
  public static CommandLine of(
      CommandContext context, Object program, Map<String, CliCommand> commands) {
    return of(context, program, commands, name -> true);
  }

  /**
   * Returns a command line that has only the headers of those commands that are not needed:
   * building all options takes longer than the rest of {@code --help}.
   */
  private static CommandLine of(
      CommandContext context,
      Object program,
      Map<String, CliCommand> commands,
      Predicate<String> needed) {
    CommandLine swarm = new CommandLine(program);
    commands.forEach(
        (name, command) ->
            swarm.addSubcommand(name, needed.test(name) ? whole(command) : listed(command)));
    swarm.setHelpFactory(HelpLayout::new);
    swarm.setUsageHelpWidth(context.console().helpColumns());
    swarm.setCaseInsensitiveEnumValuesAllowed(true);
    swarm.setOut(new PrintWriter(context.console().out(), true, StandardCharsets.UTF_8));
    swarm.setParameterExceptionHandler((failure, args) -> usageError(context, failure));
    swarm.setExecutionExceptionHandler((failure, line, result) -> executionError(context, failure));
    return swarm;
  }

  private static CommandLine whole(CliCommand command) {
    CommandLine line = new CommandLine(command);
    command.settingsOptions().addTo(line.getCommandSpec(), command.settingsShown());
    line.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    return line;
  }

  private static CommandLine listed(CliCommand command) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage()
        .header(Objects.requireNonNull(command.getClass().getAnnotation(Command.class)).header());
    return new CommandLine(spec);
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
      return NearestName.near(name, candidates)
          .map(nearest -> "; did you mean " + nearest + "?")
          .orElse("");
    }
    return "";
  }

  private static int executionError(CommandContext context, Exception thrown) {
    // While the JVM stops, classes cannot register their hooks and half-started parts fail. Report
    // the requested stop as the reason, not the failure that happens to come first.
    Exception failure =
        context.stop().requested() && !(thrown instanceof CommandException)
            ? new StoppedException()
            : thrown;
    int exit = Failures.exitCode(failure);
    context.console().progressDone();
    context.console().note(Failures.line(failure));
    if (LogSetup.debug()) {
      context.console().note(Failures.trace(thrown));
    }
    summary(context, exit, Failures.message(failure));
    return exit;
  }

  private static void summary(CommandContext context, int exit, String message) {
    context.console().summary(exit, Map.of("error", message));
  }
}
