package dev.canswarm.simulation.chaos;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Published and ended NEEDs by thread; each thread has one NEED. Times are milliseconds since 1970
 * on this machine's clock, which also sets the timestamps of Kafka's records. Thread-safe.
 */
final class NeedLedger {
  private static final class Entry {
    private long acknowledged = Long.MAX_VALUE;
    private long ended = Long.MAX_VALUE;
  }

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, String> threadByPlace = new HashMap<>();
  private final Map<String, Long> refusedByPlace = new HashMap<>();
  private int acknowledged;
  private int ended;

  /** Kafka acknowledged a record of the thread at a position of the intake topic. */
  synchronized void acknowledged(String thread, String place, long now) {
    threadByPlace.put(place, thread);
    Entry entry = entries.computeIfAbsent(thread, key -> new Entry());
    if (entry.acknowledged == Long.MAX_VALUE) {
      entry.acknowledged = now;
      acknowledged++;
    }
    Long refused = refusedByPlace.get(place);
    if (refused != null) {
      ended(thread, refused);
    }
    notifyAll();
  }

  /** The thread's NEED has a FINALIZE on its topic. */
  synchronized void ended(String thread, long now) {
    Entry entry = entries.computeIfAbsent(thread, key -> new Entry());
    if (entry.ended == Long.MAX_VALUE) {
      entry.ended = now;
      ended++;
    }
    notifyAll();
  }

  /** The record at a position of the intake topic was dead-lettered. */
  synchronized void refused(String place, long now) {
    refusedByPlace.put(place, now);
    String thread = threadByPlace.get(place);
    if (thread != null) {
      ended(thread, now);
    }
  }

  /** Returns the number of NEEDs that Kafka acknowledged. */
  synchronized int fed() {
    return acknowledged;
  }

  /** Returns the number of NEEDs that ended. */
  synchronized int ended() {
    return ended;
  }

  /** Waits until fewer than {@code count} NEEDs are open. Returns false after {@code millisMax}. */
  synchronized boolean awaitOpenBelow(int count, long millisMax) throws InterruptedException {
    return await(() -> acknowledged - ended < count, millisMax);
  }

  /** Waits until {@code count} NEEDs have ended. Returns false after {@code millisMax}. */
  synchronized boolean awaitEnded(int count, long millisMax) throws InterruptedException {
    return await(() -> ended >= count, millisMax);
  }

  private synchronized boolean await(BooleanSupplier reached, long millisMax)
      throws InterruptedException {
    long deadline = System.nanoTime() + millisMax * 1_000_000;
    while (!reached.getAsBoolean()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /**
   * Returns how many of the threads were acknowledged before {@code time} and had not ended by
   * then.
   */
  synchronized int inFlight(Collection<String> threads, long time) {
    int count = 0;
    for (String thread : threads) {
      Entry entry = entries.get(thread);
      if (entry != null && entry.acknowledged <= time && entry.ended > time) {
        count++;
      }
    }
    return count;
  }

  /** Returns the positions of all acknowledged records, as {@code partition/offset}. */
  synchronized Set<String> places() {
    return new HashSet<>(threadByPlace.keySet());
  }
}
