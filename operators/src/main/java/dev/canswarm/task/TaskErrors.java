package dev.canswarm.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Describes for a person what task code threw. Stateless. */
public final class TaskErrors {
  /** Most frames of one exception. */
  static final int FRAMES_MAX = 5;

  /** Most causes behind an exception; they may go round. */
  static final int CAUSES_MAX = 3;

  /** Where this program's own frames begin, which say nothing of the task. */
  private static final String CALLER = "dev.canswarm.stage.";

  /** Where code waits, which does not say whose it is. */
  private static final List<String> WAITING =
      List.of("java.", "jdk.", "sun.", "reactor.", TaskErrors.class.getName());

  private TaskErrors() {}

  /**
   * The words of a {@link TaskException}, which were chosen for a person. Of anything else its
   * class and message, its top frames in task code, and its causes, a line each.
   */
  public static String describe(String taskType, Throwable thrown) {
    if (thrown instanceof TaskException && thrown.getMessage() != null) {
      return thrown.getMessage();
    }
    List<String> lines = new ArrayList<>();
    lines.add(taskType + " failed: " + text(thrown));
    addFrames(lines, thrown);
    Throwable cause = cause(thrown);
    for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
      lines.add("caused by " + text(cause));
      addFrames(lines, cause);
      cause = cause(cause);
    }
    return String.join("\n", lines);
  }

  /**
   * Returns where a thread is in task code: the top frame that is neither of the JDK nor of
   * Reactor; empty if it is in none.
   */
  public static Optional<String> place(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      String name = frame.getClassName();
      if (name.startsWith(CALLER)) {
        return Optional.empty();
      }
      if (WAITING.stream().noneMatch(name::startsWith)) {
        return Optional.of(frame.toString());
      }
    }
    return Optional.empty();
  }

  private static void addFrames(List<String> lines, Throwable thrown) {
    StackTraceElement[] frames = frames(thrown);
    for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
      if (frames[i].getClassName().startsWith(CALLER)) {
        return;
      }
      lines.add("at " + frames[i]);
    }
  }

  // Task code's own exceptions may fail to say what they are.

  private static String text(Throwable thrown) {
    try {
      return String.valueOf(thrown.toString());
    } catch (Throwable e) {
      return thrown.getClass().getName();
    }
  }

  private static StackTraceElement[] frames(Throwable thrown) {
    try {
      return thrown.getStackTrace();
    } catch (Throwable e) {
      return new StackTraceElement[0];
    }
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable e) {
      return null;
    }
  }
}
