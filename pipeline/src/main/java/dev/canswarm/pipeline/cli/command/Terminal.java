package dev.canswarm.pipeline.cli.command;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** Whether a person looks at the output, and how wide that is. */
final class Terminal {
  /** Where nobody says how wide. */
  static final int COLUMNS_USUAL = 80;

  /** Narrower, lists and help would fall apart. */
  private static final int COLUMNS_MIN = 40;

  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Whether a line there can be written over. */
  static boolean present(Map<String, String> environment) {
    if (environment.getOrDefault("TERM", "dumb").equals("dumb")) {
      return false;
    }
    return isTerminal(STANDARD_ERROR);
  }

  /** Whether results go to a terminal. */
  static boolean isOutput() {
    return isTerminal(STANDARD_OUTPUT);
  }

  /**
   * Columns of the terminal that standard output is, at least 40; empty where it is none. A JVM
   * cannot ask for them: {@code ./swarm} does, and says them in {@code COLUMNS}.
   */
  static OptionalInt columns(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    if (!columns.matches("[1-9][0-9]{0,3}") || !isTerminal(STANDARD_OUTPUT)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Math.max(COLUMNS_MIN, Integer.parseInt(columns)));
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return consoleIsTerminal();
    }
  }

  /** Before JDK 22 there is a console only at a terminal; from then on it must be asked. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean consoleIsTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException beforeJdk22) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
