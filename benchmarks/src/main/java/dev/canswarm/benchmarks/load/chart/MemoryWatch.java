package dev.canswarm.benchmarks.load.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Samples the memory of a stack's JVMs once a second. Not thread-safe. */
public final class MemoryWatch {
  private static final double SECONDS_BETWEEN = 1;

  /** Samples kept; of a longer run, the beginning. */
  private static final int SAMPLES_MAX = 3_600;

  private final LongSupplier residentBytes;
  private final LongSupplier heapBytes;
  private final List<MemorySample> samples = new ArrayList<>();
  private double next;

  /**
   * @param residentBytes asked for the memory that the JVMs have resident
   * @param heapBytes asked for the heap that they use, garbage included
   */
  public MemoryWatch(LongSupplier residentBytes, LongSupplier heapBytes) {
    this.residentBytes = residentBytes;
    this.heapBytes = heapBytes;
  }

  /** Takes a sample if the last one is at least a second old. */
  public void sample(double seconds) {
    if (seconds >= next && samples.size() < SAMPLES_MAX) {
      next = seconds + SECONDS_BETWEEN;
      samples.add(new MemorySample(seconds, residentBytes.getAsLong(), heapBytes.getAsLong()));
    }
  }

  /** Returns the samples taken so far, ascending by time. */
  public List<MemorySample> samples() {
    return List.copyOf(samples);
  }
}
