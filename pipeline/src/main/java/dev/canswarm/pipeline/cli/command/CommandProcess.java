package dev.canswarm.pipeline.cli.command;

import dev.canswarm.clock.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * Runs one command as a process of its own. Only this class and the wiring use real clocks,
 * randomness and the process's environment.
 */
public final class CommandProcess {
  private static final char REPLACEMENT = '\uFFFD';
  private static final Path OWN_ARGUMENTS = Path.of("/proc/self/cmdline");

  private CommandProcess() {}

  /** A program's commands. */
  @FunctionalInterface
  public interface Commands {
    /** Returns one of {@link ExitCode}. */
    int execute(CommandContext context, String... args);
  }

  /**
   * Runs the command and exits with its code; after Ctrl-C or TERM with 130 or 143. Sets the
   * default locale to the neutral one, because programs read the output too, and libraries format
   * numbers by the default locale.
   */
  public static void run(Commands commands, String... args) {
    Locale.setDefault(Locale.ROOT);
    // Otherwise picocli looks for Groovy in every jar, which takes a third of a short run.
    System.setProperty("picocli.disable.closures", "true");
    StopSignal stop = new StopSignal();
    stop.onJvmShutdown(Runtime.getRuntime());
    int exit;
    try (Console console = Console.ofProcess(System.getenv())) {
      CommandContext context =
          new CommandContext(
              console,
              stop,
              System.getenv(),
              Path.of("").toAbsolutePath(),
              TimeSource.system(),
              new SecureRandom());
      if (areText(args)) {
        exit = commands.execute(context, args);
      } else {
        console.note(
            "swarm: an argument is not text in the character set of the locale; set LC_ALL to one"
                + " with UTF-8, such as C.UTF-8");
        exit = ExitCode.USAGE;
      }
    } finally {
      stop.drained();
    }
    if (!stop.requested()) {
      System.exit(exit);
    }
  }

  /**
   * Whether the arguments were decoded without loss. The JVM replaces characters that its locale's
   * character set lacks by U+FFFD, so that character is only valid if its UTF-8 form was given.
   */
  private static boolean areText(String... args) {
    for (String argument : args) {
      if (argument.indexOf(REPLACEMENT) >= 0) {
        return given(REPLACEMENT);
      }
    }
    return true;
  }

  private static boolean given(char character) {
    try {
      String arguments = new String(Files.readAllBytes(OWN_ARGUMENTS), StandardCharsets.ISO_8859_1);
      byte[] encoded = String.valueOf(character).getBytes(StandardCharsets.UTF_8);
      return arguments.contains(new String(encoded, StandardCharsets.ISO_8859_1));
    } catch (IOException noProc) {
      return false;
    }
  }
}
