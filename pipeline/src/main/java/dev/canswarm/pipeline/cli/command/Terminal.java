package dev.canswarm.pipeline.cli.command;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** Detects whether the output is a terminal, and its width. */
final class Terminal {
  /** Width when it is unknown. */
  static final int COLUMNS_USUAL = 80;

  /** Least width, for lists and help to stay readable. */
  private static final int COLUMNS_MIN = 40;

  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Whether standard error is a terminal on which a line can be overwritten. */
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
   * Returns the columns of the terminal to which standard output goes, at least 40; empty if it is
   * no terminal. A JVM cannot ask for them, so {@code ./swarm} sets {@code COLUMNS}.
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

  /** Whether somebody can be asked: input and output are a terminal. */
  static boolean isConsole() {
    return consoleIsTerminal();
  }

  /** Before JDK 22 a console exists only on a terminal; later ones have to be asked. */
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
