package dev.canswarm.benchmarks;

import java.util.Map;

/** The width of a command's help. */
public final class HelpColumns {
  private static final int WITHOUT_TERMINAL = 80;
  private static final int MIN = 55; // picocli's

  private HelpColumns() {}

  /**
   * Returns the width of the terminal in columns, at least the 55 that picocli needs, or 80 if it
   * is unknown.
   *
   * @param environment of the process; {@code ./swarm} sets {@code COLUMNS}, since a JVM cannot ask
   *     the terminal
   */
  public static int of(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9][0-9]{0,3}")
        ? Math.max(MIN, Integer.parseInt(columns))
        : WITHOUT_TERMINAL;
  }
}
