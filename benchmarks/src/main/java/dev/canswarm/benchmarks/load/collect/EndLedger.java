package dev.canswarm.benchmarks.load.collect;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Records when NEEDs ended, by the id in the FINALIZE. The FINALIZEs are not verified here: {@link
 * EndCheck} does that after the measurement. Thread-safe.
 */
public final class EndLedger {
  private final Map<String, Long> endNanos = new HashMap<>();
  private int repeated;
  private int refused;
  private long lastNanos;

  /** A FINALIZE of the NEED has come; the first one counts. */
  public synchronized void ended(String needId, long nanos) {
    if (endNanos.putIfAbsent(needId, nanos) == null) {
      lastNanos = nanos;
    } else {
      repeated++;
    }
    notifyAll();
  }

  /** An intake record has become a dead letter, so no FINALIZE comes for it. */
  public synchronized void refused(long nanos) {
    refused++;
    lastNanos = nanos;
    notifyAll();
  }

  /** NEEDs and records that have ended. */
  public synchronized int count() {
    return endNanos.size() + refused;
  }

  /** Records that became dead letters. */
  public synchronized int refusedCount() {
    return refused;
  }

  /** FINALIZEs of NEEDs that had ended before: a swarm may say the same twice. */
  public synchronized int repeatedCount() {
    return repeated;
  }

  /** When the last NEED or record ended, of {@link System#nanoTime}. */
  public synchronized long lastNanos() {
    return lastNanos;
  }

  /** When each NEED ended, by its id. */
  public synchronized Map<String, Long> byNeed() {
    return Map.copyOf(endNanos);
  }

  /** Returns when the NEEDs ended, {@link System#nanoTime} of each, ascending. */
  public synchronized long[] sorted() {
    long[] times = endNanos.values().stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(times);
    return times;
  }

  /**
   * Waits until so many have ended, or the time is over.
   *
   * @return how many have ended
   */
  public synchronized int await(int count, long millisMax) throws InterruptedException {
    long deadline = System.nanoTime() + millisMax * 1_000_000;
    while (count() < count) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return count();
  }
}
