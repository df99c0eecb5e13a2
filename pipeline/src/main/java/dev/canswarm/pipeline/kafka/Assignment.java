package dev.canswarm.pipeline.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import reactor.kafka.receiver.ReceiverOffset;

/**
 * One assignment of one topic-partition to this process, from the moment it is given to the moment
 * it is taken away. Thread-safe.
 *
 * <p>reactor-kafka keeps buffered records of a partition that was revoked, and commits whichever
 * offset was acknowledged last. So a record carries the assignment it was polled under: once that
 * has ended, it is dropped if it was not handed out, and if it was, its acknowledgement frees its
 * place in flight and commits nothing.
 */
final class Assignment {
  private final OffsetWatermark watermark = new OffsetWatermark();
  private final Deque<ReceiverOffset> open = new ArrayDeque<>();
  private final long number;
  private boolean ended;

  /** Used on the polling thread alone. */
  private long lastPolled = -1;

  /**
   * @param number larger than that of every earlier assignment of this process
   */
  Assignment(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }

  /**
   * A batch was polled; called on the polling thread.
   *
   * @return false, and nothing changes, when it begins before the end of the last one
   */
  boolean onPolled(long first, long last) {
    if (first <= lastPolled) {
      return false;
    }
    lastPolled = last;
    return true;
  }

  /** Whether the record may be handed out: not when the assignment has ended. */
  synchronized boolean deliver(ReceiverOffset offset) {
    if (ended || !watermark.onDelivered(offset.offset())) {
      return false;
    }
    open.add(offset);
    return true;
  }

  /**
   * The record is done; called once per record.
   *
   * @return how many places in flight this frees
   */
  synchronized int done(long offset) {
    if (ended) {
      return 1;
    }
    OptionalLong risen = watermark.onDone(offset);
    if (risen.isEmpty()) {
      return 0;
    }
    int freed = 0;
    ReceiverOffset last;
    do {
      last = open.remove();
      freed++;
    } while (last.offset() < risen.getAsLong());
    last.acknowledge();
    return freed;
  }

  /**
   * The partition is taken away.
   *
   * @return how many places in flight this frees: those of records that are done. The others stay
   *     taken until they are done, since their handlers still hold them
   */
  synchronized int end() {
    if (ended) {
      return 0;
    }
    ended = true;
    open.clear();
    return watermark.doneAhead();
  }
}
