package dev.canswarm.pipeline.sim.time;

import dev.canswarm.clock.TimeSource;

/** A wall clock that can be set and that can go wrong. */
public final class SimClock implements TimeSource {
  /** When every run begins: 2026-01-01T00:00:00Z. */
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

  /** Somebody sets it. */
  public void jump(long byMillis) {
    offsetNanos += byMillis * NANOS_PER_MILLI;
  }

  /** From now on it gains that much, or loses it. */
  public void drift(int permille) {
    offsetNanos += drifted();
    anchorNanos = loop.nowNanos();
    driftPermille = permille;
  }

  /** Somebody sets it right. */
  public void mend() {
    drift(0);
    offsetNanos = 0;
  }
}
