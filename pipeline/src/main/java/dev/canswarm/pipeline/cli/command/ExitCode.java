package dev.canswarm.pipeline.cli.command;

/** The exit codes of the process. After Ctrl-C it is 130, after TERM 143. */
public final class ExitCode {
  /** Success. */
  public static final int OK = 0;

  /** A check failed, or the outcome was not ACCEPTED. */
  public static final int FAILED = 1;

  /** The command line or the settings are invalid. */
  public static final int USAGE = 2;

  /**
   * The environment is not usable: a port is taken, a directory is locked, a server is unavailable.
   */
  public static final int ENVIRONMENT = 3;

  /** The command timed out. */
  public static final int TIMED_OUT = 4;

  /** A replay lacks records, so it neither passed nor failed. */
  public static final int INCOMPLETE = 5;

  /** Returned by a command that was asked to stop; the JVM itself exits with 130 or 143. */
  public static final int STOPPED = 130;

  private ExitCode() {}
}
