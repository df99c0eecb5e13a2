package dev.canswarm.stage;

import dev.canswarm.port.Bus;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The records of one partition number that wait in front of its lane: at the broker, in the client,
 * in decoding, in the lane's queue. What waited when a timer ran out may answer it, so the timer is
 * not judged before a turn has taken all of that. What comes later does not put it off any further:
 * a lane that is always busy would never judge anybody. Thread-safe.
 */
final class Backlog {
  private final int partition;
  private final Bus bus;

  /** Records of each kind that this process was given, from before they are decoded. */
  private final AtomicLongArray came = new AtomicLongArray(TurnQueue.KINDS);

  /** Those of them that a turn has taken, or that were refused. */
  private final AtomicLongArray taken = new AtomicLongArray(TurnQueue.KINDS);

  /**
   * Where the records end that waited at some time, one count for each topic that may answer.
   *
   * @param kinds of those topics
   * @param takenMin what a turn must have taken of each
   */
  record Mark(int[] kinds, long[] takenMin) {}

  Backlog(int partition, Bus bus) {
    this.partition = partition;
    this.bus = bus;
  }

  /** The bus gave a record to this process. */
  void came(String topic) {
    came.incrementAndGet(TurnQueue.kindOf(topic));
  }

  /** A record waits no longer. */
  void taken(String topic) {
    taken.incrementAndGet(TurnQueue.kindOf(topic));
  }

  /** The end of what waits now and may answer what a timer judges. */
  Mark mark(Timer timer) {
    int[] kinds = TurnQueue.answering(timer);
    long[] takenMin = new long[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      // The bus first: what it gives to this process meanwhile is counted twice, and never missed.
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

  /** The bus may have taken gaps between offsets for records: then nothing waits in the end. */
  private boolean waits(int kind) {
    return bus.lag(TurnQueue.topicOf(kind), partition) > 0 || taken.get(kind) < came.get(kind);
  }
}
