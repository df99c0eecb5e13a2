package dev.canswarm.benchmarks.load.chart;

import dev.canswarm.benchmarks.load.stack.BenchStack;
import java.util.ArrayList;
import java.util.List;

/** Samples the memory of a stack's JVMs once a second. Not thread-safe. */
public final class MemoryWatch {
  private static final double SECONDS_BETWEEN = 1;

  /** Samples kept; of a longer run, the beginning. */
  private static final int SAMPLES_MAX = 3_600;

  private final BenchStack stack;
  private final List<MemorySample> samples = new ArrayList<>();
  private double next;

  public MemoryWatch(BenchStack stack) {
    this.stack = stack;
  }

  /** Takes a sample if the last one is at least a second old. */
  public void sample(double seconds) {
    if (seconds >= next && samples.size() < SAMPLES_MAX) {
      next = seconds + SECONDS_BETWEEN;
      samples.add(
          new MemorySample(
              seconds, stack.processGroup().rssBytes().orElse(0), stack.heapUsedBytes()));
    }
  }

  /** Returns the samples taken so far, ascending by time. */
  public List<MemorySample> samples() {
    return List.copyOf(samples);
  }
}
