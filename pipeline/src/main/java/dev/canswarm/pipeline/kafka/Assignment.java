package dev.canswarm.pipeline.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import reactor.kafka.receiver.ReceiverOffset;

/**
 * One assignment of one topic-partition to this process, from the rebalance that assigns it to the
 * one that revokes it. Thread-safe.
 *
 * <p>reactor-kafka keeps buffered records of a revoked partition, and commits any offset that was
 * acknowledged last. Therefore each record carries the assignment under which it was polled. After
 * the assignment has ended, a record that was not delivered yet is dropped; the acknowledgement of
 * a delivered one no longer counts as uncommitted, but commits nothing.
 */
final class Assignment {
  /** A poll waits up to 100 ms for records, the broker answers within 500. */
  private static final int HEARD_OF_AFTER_POLLS = 16;

  private final OffsetWatermark watermark = new OffsetWatermark();
  private final Deque<ReceiverOffset> open = new ArrayDeque<>();
  private final long number;
  private boolean ended;

  /** Records polled and not delivered. */
  private final AtomicLong undelivered = new AtomicLong();

  /** Records at the broker after the last poll; assumed to be one until the first poll. */
  private volatile long atBroker = 1;

  /** Accessed only by the polling thread. */
  private long lastPolled = -1;

  /** Accessed only by the polling thread. */
  private int polls;

  /** The position up to which nothing is left to acknowledge, or -1. */
  private long passed = -1;

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
   * Registers a polled batch. Call it on the polling thread only.
   *
   * @param records of the batch; their offsets may have gaps
   * @return false, without any change, if the batch starts before the end of the previous one
   */
  boolean onPolled(long first, long last, int records) {
    if (first <= lastPolled) {
      return false;
    }
    lastPolled = last;
    undelivered.addAndGet(records);
    return true;
  }

  /**
   * Counts a poll; returns whether the first answer of the broker has come in by then. A caller
   * that asks the client before that makes it send a request for each partition. Call it on the
   * polling thread.
   */
  boolean isHeardOf() {
    if (polls < HEARD_OF_AFTER_POLLS) {
      polls++;
    }
    return polls == HEARD_OF_AFTER_POLLS;
  }

  /**
   * Notes the position after a poll. The markers at the end of transactions and the records of
   * aborted ones are passed without being polled, so no acknowledgement leads to their commit, and
   * the group's lag would never come back to 0. Call it on the polling thread.
   *
   * @return whether the position is to be committed: it is past the last polled record, and all
   *     that was polled is done
   */
  synchronized boolean passes(long position) {
    if (ended
        || position <= Math.max(passed, lastPolled + 1)
        || undelivered.get() > 0
        || watermark.open() > 0) {
      return false;
    }
    passed = position;
    return true;
  }

  /** Returns the position up to which nothing is left to acknowledge, or -1. */
  synchronized long passed() {
    return passed;
  }

  /** Notes how many records are left at the broker after a poll. */
  void leftAtBroker(long records) {
    atBroker = records;
  }

  /** Returns the number of records that were not delivered, as of the last poll. */
  long lag() {
    return undelivered.get() + atBroker;
  }

  /** Whether the record may be delivered, which is not the case after the assignment has ended. */
  synchronized boolean deliver(ReceiverOffset offset) {
    undelivered.decrementAndGet();
    if (ended || !watermark.onDelivered(offset.offset())) {
      return false;
    }
    open.add(offset);
    return true;
  }

  /**
   * Marks a record as done. Call it once per record.
   *
   * @return the number of records that no longer count as uncommitted
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
   * Ends the assignment: its records are not committed any more.
   *
   * @return the number of records that no longer count as uncommitted: the done ones. The others
   *     count until they are done, since handlers still hold them
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
