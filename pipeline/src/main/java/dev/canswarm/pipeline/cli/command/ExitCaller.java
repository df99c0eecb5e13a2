package dev.canswarm.pipeline.cli.command;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds, while the JVM shuts down, whether code that is not this program's asked for it: a plug-in
 * that calls {@code Runtime.exit}. Whoever asks waits in that call until the hooks have run. {@code
 * Runtime.halt} runs no hooks and is not seen.
 */
final class ExitCaller {
  private static final String OURS = "dev.canswarm.";

  private ExitCaller() {}

  /**
   * Returns the place of the call in foreign code; empty where it was a signal, or this program.
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
