package dev.canswarm.pipeline.cli;

/** What the process's exit status means. After Ctrl-C it is 130, after TERM 143. */
public final class ExitCode {
  /** Done, and all was well. */
  public static final int OK = 0;

  /** A check failed, or an outcome was not the wanted one. */
  public static final int FAILED = 1;

  /** The command line or the settings make no sense. */
  public static final int USAGE = 2;

  /** Something outside is not as it must be: a port taken, a directory locked, a server away. */
  public static final int ENVIRONMENT = 3;

  /** It took too long. */
  public static final int TIMED_OUT = 4;

  /** A replay misses a piece, so it is neither passed nor failed. */
  public static final int INCOMPLETE = 5;

  /** What a command that was asked to stop answers; the JVM itself exits with 130 or 143. */
  static final int STOPPED = 130;

  private ExitCode() {}
}
