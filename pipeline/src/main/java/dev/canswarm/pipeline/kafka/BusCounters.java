package dev.canswarm.pipeline.kafka;

import java.util.concurrent.atomic.LongAdder;

/** Counters that the polling thread updates, for metrics and tests. Thread-safe. */
final class BusCounters {
  private final LongAdder polled = new LongAdder();
  private volatile int paused;

  void polled(int records) {
    polled.add(records);
  }

  void paused(int partitions) {
    paused = partitions;
  }

  long polled() {
    return polled.sum();
  }

  int paused() {
    return paused;
  }
}
