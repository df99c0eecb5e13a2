package dev.canswarm.pipeline.tasks;

/** A command that gave no artifact. Terminal for this attempt; the task's input may be to blame. */
public final class TaskFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What happened. */
  public enum Problem {
    /** It ended with another exit code than 0. */
    EXIT,
    /** It ran longer than it may, and was killed. */
    TIMED_OUT,
    /** It wrote more than it may, and was killed. */
    OUTPUT_TOO_LARGE
  }

  private final Problem problem;

  private TaskFailedException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  static TaskFailedException exit(String command, int code, String stderr) {
    return new TaskFailedException(
        Problem.EXIT, command + ": expected exit code 0, got " + code + said(stderr));
  }

  static TaskFailedException timedOut(String command, long timeoutMillis, String stderr) {
    return new TaskFailedException(
        Problem.TIMED_OUT,
        command + ": expected an end within " + timeoutMillis + " ms, got none" + said(stderr));
  }

  static TaskFailedException tooLarge(String command, String stream, long bytesMax) {
    return new TaskFailedException(
        Problem.OUTPUT_TOO_LARGE,
        command + ": expected at most " + bytesMax + " bytes on " + stream + ", got more");
  }

  private static String said(String stderr) {
    return stderr.isEmpty() ? "" : "; it said: " + stderr;
  }

  /** What happened. */
  public Problem problem() {
    return problem;
  }
}
