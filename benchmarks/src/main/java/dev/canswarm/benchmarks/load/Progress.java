package dev.canswarm.benchmarks.load;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** One line on standard error, written over on a terminal and now and then elsewhere. */
final class Progress {
  private static final long TERMINAL_NANOS = 500_000_000L;
  private static final long ELSEWHERE_NANOS = 10_000_000_000L;

  private final PrintStream err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long shownNanos;
  private int shownChars;

  Progress(PrintStream err) {
    this(err, System.console() != null, System::nanoTime);
  }

  /**
   * @param terminal whether a line can be written over
   * @param nanos the time since an arbitrary origin, in nanoseconds
   */
  Progress(PrintStream err, boolean terminal, LongSupplier nanos) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    this.shownNanos = nanos.getAsLong();
  }

  /** A line that stays. */
  synchronized void note(String line) {
    clear();
    err.println(line);
  }

  /** How far it is; shown if it is time for that. */
  synchronized void show(String line) {
    long now = nanos.getAsLong();
    if (now - shownNanos < (terminal ? TERMINAL_NANOS : ELSEWHERE_NANOS)) {
      return;
    }
    shownNanos = now;
    if (!terminal) {
      err.println(line);
      return;
    }
    err.print("\r" + line + " ".repeat(Math.max(0, shownChars - line.length())));
    err.flush();
    shownChars = line.length();
  }

  /** Shows how far a phase is. */
  Phase.Watch of(String what, int needs) {
    return (sent, ended, seconds) ->
        show(
            "swarm: %s %.0f s: %d of %d sent, %d ended, %.0f/s"
                .formatted(what, seconds, sent, needs, ended, ended / Math.max(seconds, 1e-3)));
  }

  private void clear() {
    if (shownChars > 0) {
      err.print("\r" + " ".repeat(shownChars) + "\r");
      shownChars = 0;
    }
  }
}
