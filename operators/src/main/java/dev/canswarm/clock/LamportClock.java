package dev.canswarm.clock;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lamport time ("Time, Clocks, and the Ordering of Events in a Distributed System", 1978): every
 * value handed out is larger than all before it and than every one observed. It survives a restart
 * when it is built from the last value that was kept. Thread-safe, without locks.
 */
public final class LamportClock {
  /** The largest time: 2^53 - 1, which every JSON reader keeps exactly. */
  public static final long MAX = (1L << 53) - 1;

  private final AtomicLong time;

  /**
   * A clock.
   *
   * @param start the last value that was handed out, 0 for a new one
   * @throws IllegalArgumentException outside 0 to {@link #MAX}
   */
  public LamportClock(long start) {
    time = new AtomicLong(inRange("start", start));
  }

  /**
   * The next time, for an event of our own.
   *
   * @throws IllegalStateException when {@link #MAX} was reached; the clock stays there
   */
  public long tick() {
    return time.updateAndGet(LamportClock::next);
  }

  /**
   * The next time after both our own and another's, for a delivery.
   *
   * @param remote the time of what was delivered
   * @throws IllegalArgumentException for a time outside 0 to {@link #MAX}; the clock is unchanged
   * @throws IllegalStateException when there is no time after it; the clock is unchanged
   */
  public long observe(long remote) {
    inRange("remote", remote);
    return time.updateAndGet(own -> next(Math.max(own, remote)));
  }

  /** The last time that was handed out, or the start. */
  public long current() {
    return time.get();
  }

  private static long next(long last) {
    if (last >= MAX) {
      throw new IllegalStateException(
          "Lamport time is used up: expected less than " + MAX + ", got " + last);
    }
    return last + 1;
  }

  private static long inRange(String where, long value) {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException(
          where + ": expected a Lamport time from 0 to " + MAX + ", got " + value);
    }
    return value;
  }
}
