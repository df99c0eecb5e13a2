package dev.canswarm.pipeline.kafka;

import java.util.concurrent.atomic.LongAdder;

/** What the polling thread sees, for metrics and tests. Thread-safe. */
final class BusCounters {
  private final LongAdder taken = new LongAdder();
  private volatile int paused;

  void taken(int records) {
    taken.add(records);
  }

  void paused(int partitions) {
    paused = partitions;
  }

  long taken() {
    return taken.sum();
  }

  int paused() {
    return paused;
  }
}
