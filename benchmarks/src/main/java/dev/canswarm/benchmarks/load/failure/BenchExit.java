package dev.canswarm.benchmarks.load.failure;

/** Exit codes, with the same meanings as those of every other {@code ./swarm} command. */
public final class BenchExit {
  /** Every NEED was accepted and every check passed. */
  public static final int OK = 0;

  /** A NEED was not accepted, or a check failed. */
  public static final int FAILED = 1;

  /** The command line makes no sense. */
  public static final int USAGE = 2;

  /** The stack does not start, or ended. */
  public static final int ENVIRONMENT = 3;

  /** No NEED ended for a long time. */
  public static final int TIMED_OUT = 4;

  private BenchExit() {}
}
