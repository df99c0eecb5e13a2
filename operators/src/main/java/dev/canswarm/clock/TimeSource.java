package dev.canswarm.clock;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Wall-clock time, handed in so that tests and the simulation have their own. Thread-safe. */
@FunctionalInterface
public interface TimeSource {
  /** Nanoseconds since 1970-01-01T00:00:00Z; may go back when the machine's clock is set. */
  long epochNanos();

  /** Milliseconds since 1970-01-01T00:00:00Z. */
  default long epochMillis() {
    return Math.floorDiv(epochNanos(), 1_000_000L);
  }

  /**
   * Returns a clock that starts at the time that another one shows now, and then advances by
   * elapsed time only: setting the other one has no effect on it. Thread-safe if both arguments
   * are.
   *
   * @param nanoTime elapsed nanoseconds from any origin; never goes back
   */
  static TimeSource steady(TimeSource wall, LongSupplier nanoTime) {
    long originNanos = wall.epochNanos() - nanoTime.getAsLong();
    return () -> originNanos + nanoTime.getAsLong();
  }

  /** The machine's clock, at the resolution it has. For wiring alone. */
  static TimeSource system() {
    Clock clock = Clock.systemUTC();
    return () -> {
      Instant now = clock.instant();
      return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    };
  }
}
