package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** Acknowledges one record on the first call; later calls do nothing. Thread-safe. */
final class RecordAcknowledgement implements Delivery.Acknowledgement {
  private static final AtomicIntegerFieldUpdater<RecordAcknowledgement> CALLS =
      AtomicIntegerFieldUpdater.newUpdater(RecordAcknowledgement.class, "calls");

  private final Assignment assignment;
  private final long offset;
  private final int valueBytes;
  private final Room room;
  private volatile int calls;

  /**
   * @param room receives the records and bytes that become free
   */
  RecordAcknowledgement(Assignment assignment, long offset, int valueBytes, Room room) {
    this.assignment = assignment;
    this.offset = offset;
    this.valueBytes = valueBytes;
    this.room = room;
  }

  @Override
  public void acknowledge() {
    if (CALLS.compareAndSet(this, 0, 1)) {
      room.passed(assignment.done(offset));
      room.acknowledged(valueBytes);
    }
  }
}
