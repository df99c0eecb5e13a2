package dev.canswarm.benchmarks.load.figure;

import dev.canswarm.benchmarks.load.feed.RateSchedule;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Times from when a NEED was due to be sent until its FINALIZE came, in milliseconds. Three
 * significant digits.
 */
public record Latencies(double p50, double p90, double p99, double p999, double max) {
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * Returns the percentiles of the times from when each NEED was due until it ended.
   *
   * @param endNanosByNumber when each NEED ended, counted from the start; not empty
   */
  public static Latencies of(RateSchedule schedule, Map<Integer, Long> endNanosByNumber) {
    var histogram = new Histogram(DIGITS);
    endNanosByNumber.forEach(
        (number, end) -> histogram.recordValue(Math.max(0, end - schedule.dueNanos(number))));
    return new Latencies(
        millis(histogram.getValueAtPercentile(50)),
        millis(histogram.getValueAtPercentile(90)),
        millis(histogram.getValueAtPercentile(99)),
        millis(histogram.getValueAtPercentile(99.9)),
        millis(histogram.getMaxValue()));
  }

  private static double millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }
}
