package dev.canswarm.simulation.time;

import dev.canswarm.clock.TimeSource;

/** A wall clock on virtual time that can be set and can drift. */
public final class SimClock implements TimeSource {
  /** The start of every run: 2026-01-01T00:00:00Z. */
  private static final long BEGIN_NANOS = 1_767_225_600_000L * 1_000_000;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long PERMILLE = 1000;

  private final EventLoop loop;
  private long anchorNanos;
  private long offsetNanos;
  private long driftPermille;

  public SimClock(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public long epochNanos() {
    return BEGIN_NANOS + loop.nowNanos() + offsetNanos + drifted();
  }

  private long drifted() {
    return driftPermille == 0 ? 0 : (loop.nowNanos() - anchorNanos) / PERMILLE * driftPermille;
  }

  /** Sets the clock forward, or back if negative. */
  public void jump(long byMillis) {
    offsetNanos += byMillis * NANOS_PER_MILLI;
  }

  /** From now on the clock gains {@code permille} in a thousand, or loses it if negative. */
  public void drift(int permille) {
    offsetNanos += drifted();
    anchorNanos = loop.nowNanos();
    driftPermille = permille;
  }

  /** Corrects the clock and ends its drift. */
  public void mend() {
    drift(0);
    offsetNanos = 0;
  }
}
