package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Reports a command that produced no artifact. Terminal for this attempt, since the task's input
 * may be the cause.
 */
public final class TaskFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Pattern RUN_DIRECTORY = Pattern.compile(" \\(in directory \"[^\"]*\"\\)");

  /** The reason of the failure. */
  public enum Problem {
    /** The program does not exist, or is none that can be run. */
    NOT_STARTED,
    /** The command ended with an exit code other than 0. */
    EXIT,
    /** The command exceeded its time limit and was killed. */
    TIMED_OUT,
    /** The command exceeded an output limit and was killed. */
    OUTPUT_TOO_LARGE
  }

  private final Problem problem;

  private TaskFailedException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  static TaskFailedException notStarted(String command, IOException why) {
    TaskFailedException failed =
        new TaskFailedException(
            Problem.NOT_STARTED,
            command + ": expected a program that can be run, got: " + withoutDirectory(why));
    failed.initCause(why);
    return failed;
  }

  /** The run's directory is another one each time, and gone: it says nothing to anybody. */
  private static String withoutDirectory(IOException why) {
    return RUN_DIRECTORY.matcher(String.valueOf(why.getMessage())).replaceFirst("");
  }

  static TaskFailedException exit(String command, int code, String stderr) {
    return new TaskFailedException(
        Problem.EXIT, command + ": expected exit code 0, got " + code + withStderr(stderr));
  }

  static TaskFailedException timedOut(String command, long timeoutMillis, String stderr) {
    return new TaskFailedException(
        Problem.TIMED_OUT,
        command
            + ": expected an end within "
            + timeoutMillis
            + " ms, got none"
            + withStderr(stderr));
  }

  static TaskFailedException tooLarge(String command, String stream, long bytesMax) {
    return new TaskFailedException(
        Problem.OUTPUT_TOO_LARGE,
        command + ": expected at most " + bytesMax + " bytes on " + stream + ", got more");
  }

  private static String withStderr(String stderr) {
    return stderr.isEmpty() ? "" : "; standard error: " + stderr;
  }

  /** Returns the reason of the failure. */
  public Problem problem() {
    return problem;
  }
}
