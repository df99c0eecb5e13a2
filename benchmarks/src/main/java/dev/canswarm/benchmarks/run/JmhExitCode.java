package dev.canswarm.benchmarks.run;

/** The exit codes of the process, as for all of {@code ./swarm}. */
final class JmhExitCode {
  /** The run succeeded and, with {@code --check}, every target was reached. */
  static final int OK = 0;

  /**
   * A benchmark failed or, with {@code --check}, a ratio missed its target or cannot be measured on
   * this machine.
   */
  static final int FAILED = 1;

  /** The command line is invalid. */
  static final int USAGE = 2;

  /** Another run is in progress, the report cannot be written, or an engine does not load. */
  static final int ENVIRONMENT = 3;

  private JmhExitCode() {}
}
