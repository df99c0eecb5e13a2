package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/** Marks one record done, the first time it is called. */
final class OnceAcknowledgement implements Delivery.Acknowledgement {
  private final Assignment assignment;
  private final long offset;
  private final IntConsumer freed;
  private final AtomicBoolean acknowledged = new AtomicBoolean();

  /**
   * @param freed told how many places in flight became free
   */
  OnceAcknowledgement(Assignment assignment, long offset, IntConsumer freed) {
    this.assignment = assignment;
    this.offset = offset;
    this.freed = freed;
  }

  @Override
  public void acknowledge() {
    if (acknowledged.compareAndSet(false, true)) {
      freed.accept(assignment.done(offset));
    }
  }
}
