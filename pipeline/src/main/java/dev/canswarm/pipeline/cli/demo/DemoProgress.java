package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.pipeline.cli.command.Console;

/**
 * Prints how many NEEDs have ended: often on a terminal, a few lines elsewhere. Not thread-safe.
 */
final class DemoProgress {
  private static final long TERMINAL_NANOS = 50_000_000L;
  private static final int LINES = 4;

  private final Console console;
  private final int total;
  private long shownNanos = Long.MIN_VALUE;
  private int shownParts;

  DemoProgress(Console console, int total) {
    this.console = console;
    this.total = total;
  }

  void show(int count, long nanos) {
    int parts = (int) ((long) count * LINES / total);
    boolean due =
        console.terminal()
            ? shownNanos == Long.MIN_VALUE || nanos - shownNanos > TERMINAL_NANOS || count == total
            : parts > shownParts;
    if (due) {
      shownNanos = nanos;
      shownParts = parts;
      console.progress("swarm: " + count + "/" + total + " finalized");
    }
  }

  void done() {
    console.progressDone();
  }
}
