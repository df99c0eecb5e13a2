package dev.canswarm.benchmarks.load.feed;

/**
 * When each NEED is due. An open loop: due times do not depend on earlier NEEDs, so a stall adds to
 * the latency of every NEED that was due meanwhile (no coordinated omission).
 *
 * @param perSecond NEEDs per second; 0: all at once
 */
public record RateSchedule(double perSecond) {
  private static final double NANOS_PER_SECOND = 1e9;

  public RateSchedule {
    if (!(perSecond >= 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException("expected a rate of at least 0, got " + perSecond);
    }
  }

  /** Nanoseconds from the start at which a NEED, counted from 0, is due. */
  public long dueNanos(int number) {
    return perSecond == 0 ? 0 : Math.round(number * NANOS_PER_SECOND / perSecond);
  }
}
