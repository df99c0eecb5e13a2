package dev.canswarm.benchmarks.run;

/** What the process's exit status means, as everywhere in {@code ./swarm}. */
final class Exit {
  /** Measured, and with {@code --check} every target reached. */
  static final int OK = 0;

  /** A benchmark failed, or with {@code --check} a target was missed. */
  static final int FAILED = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** Another run is under way, a report cannot be written, an engine does not load. */
  static final int ENVIRONMENT = 3;

  private Exit() {}
}
