package dev.canswarm.benchmarks.load.figure;

import java.util.ArrayList;
import java.util.List;

/** NEEDs that ended per second, in each tenth of a run's time. Stateless. */
public final class Tenths {
  /** Parts of a run. */
  public static final int PARTS = 10;

  private static final double NANOS_PER_SECOND = 1e9;

  private Tenths() {}

  /**
   * Computes them. The mean of the ten is the rate of the whole run.
   *
   * @param endNanos when NEEDs ended, counted from the first send; the latest is the run's end
   * @return ten rates, all 0 for a run without a NEED
   */
  public static List<Double> perSecond(long[] endNanos) {
    long total = 0;
    for (long end : endNanos) {
      total = Math.max(total, end);
    }
    int[] counts = new int[PARTS];
    for (long end : endNanos) {
      int part = total == 0 ? 0 : (int) Math.min(PARTS - 1, end * (double) PARTS / total);
      counts[part]++;
    }
    List<Double> rates = new ArrayList<>(PARTS);
    for (int count : counts) {
      rates.add(total == 0 ? 0.0 : count / (total / NANOS_PER_SECOND / PARTS));
    }
    return rates;
  }
}
