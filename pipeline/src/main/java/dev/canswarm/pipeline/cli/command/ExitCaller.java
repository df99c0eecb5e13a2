package dev.canswarm.pipeline.cli.command;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds out, while the JVM shuts down, whether foreign code requested the shutdown, such as a
 * plug-in that calls {@code Runtime.exit}. The caller waits in that call until the hooks have run.
 * {@code Runtime.halt} runs no hooks and cannot be detected.
 */
final class ExitCaller {
  private static final String OURS = "dev.canswarm.";

  private ExitCaller() {}

  /**
   * Returns the place of the call in foreign code; empty if a signal or this program requested the
   * shutdown.
   */
  static Optional<String> foreign() {
    return foreign(Thread.getAllStackTraces().values());
  }

  /**
   * @param stacks of all threads, each with its innermost frame first
   */
  static Optional<String> foreign(Collection<StackTraceElement[]> stacks) {
    return stacks.stream().flatMap(stack -> caller(stack).stream()).findFirst();
  }

  private static Optional<String> caller(StackTraceElement[] stack) {
    boolean isExiting = false;
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      if (type.equals("java.lang.Runtime") && frame.getMethodName().equals("exit")) {
        isExiting = true;
      } else if (isExiting && !type.startsWith("java.") && !type.startsWith("jdk.")) {
        return type.startsWith(OURS) ? Optional.empty() : Optional.of(frame.toString());
      }
    }
    return Optional.empty();
  }
}
