package dev.canswarm.stage;

import dev.canswarm.port.Bus;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the records of one partition number that wait in front of its lane: at the broker, in the
 * client, in decoding, in the lane's queue. A record that waited when a timer ran out may hold the
 * answer, so the timer fires only after a turn has taken all of these. Records that come later do
 * not delay it further; otherwise no timer would fire in a lane that is always busy. Thread-safe.
 */
final class Backlog {
  private final int partition;
  private final Bus bus;

  /** Records of each kind that this process received, counted before they are decoded. */
  private final AtomicLongArray came = new AtomicLongArray(TurnQueue.KINDS);

  /** Records of each kind that a turn has taken, or that were refused. */
  private final AtomicLongArray taken = new AtomicLongArray(TurnQueue.KINDS);

  /**
   * The end of the records that waited at one moment, as one count for each topic that may hold the
   * answer.
   *
   * @param kinds of those topics
   * @param takenMin what a turn must have taken of each
   */
  record Mark(int[] kinds, long[] takenMin) {}

  Backlog(int partition, Bus bus) {
    this.partition = partition;
    this.bus = bus;
  }

  /** Counts a record that the bus delivered to this process. */
  void came(String topic) {
    came.incrementAndGet(TurnQueue.kindOf(topic));
  }

  /** Counts a record that no longer waits. */
  void taken(String topic) {
    taken.incrementAndGet(TurnQueue.kindOf(topic));
  }

  /** Returns the end of the records that wait now and may hold the answer that a timer is for. */
  Mark mark(Timer timer) {
    int[] kinds = TurnQueue.answering(timer);
    long[] takenMin = new long[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      // Ask the bus first: a record delivered meanwhile is then counted twice, but never missed.
      long lag = bus.lag(TurnQueue.topicOf(kinds[i]), partition);
      takenMin[i] = lag + came.get(kinds[i]);
    }
    return new Mark(kinds, takenMin);
  }

  /** Whether something before the mark still waits. */
  boolean isBefore(Mark mark) {
    for (int i = 0; i < mark.kinds().length; i++) {
      int kind = mark.kinds()[i];
      if (taken.get(kind) < mark.takenMin()[i] && waits(kind)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a record of a kind waits now: a mark may include offset gaps counted as records. */
  private boolean waits(int kind) {
    return bus.lag(TurnQueue.topicOf(kind), partition) > 0 || taken.get(kind) < came.get(kind);
  }
}
