package dev.canswarm.benchmarks.ratio;

import java.util.List;

/** Computes medians, which a few disturbed measurements do not change. */
public final class Medians {
  private Medians() {}

  /**
   * Returns the median; for an even number of values, the mean of the two in the middle.
   *
   * @throws IllegalArgumentException if there are no values
   */
  public static double of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("expected at least one value");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
