package dev.canswarm.clock;

import java.util.ArrayList;
import java.util.List;

/**
 * Converts a time of the store's clock to this process's clock. Each answer of the store that has
 * its present time shows the offset between the two clocks. When the offset changes, the store's
 * clock was set; times from before are still converted with the offset of that time.
 *
 * <p>Thread-safe. All times are milliseconds since 1970.
 */
public final class StoreClock {
  /** Smaller changes of the offset are rounding or drift, and are ignored. */
  static final long TOLERANCE_MILLIS = 1_000;

  /** Number of offsets kept, the latest ones. They cover the time for which a NEED can be open. */
  static final int STRETCHES_MAX = 16;

  private static final long EVER = Long.MIN_VALUE / 2;
  private static final long OPEN = Long.MAX_VALUE / 2;

  private final TimeSource ours;

  /** The latest one first; changed under the lock, read without it. */
  private volatile List<Stretch> stretches = List.of(new Stretch(0, EVER, OPEN));

  private volatile boolean isCompared;
  private volatile long comparedMillis;

  /**
   * The time, by our clock, between two changes of the store's clock.
   *
   * @param aheadMillis the offset: store's clock minus ours
   * @param fromMillis the earliest time at which it can have begun
   * @param toMillis the latest time at which it can have ended
   */
  private record Stretch(long aheadMillis, long fromMillis, long toMillis) {
    boolean fits(long askedMillis, long answeredMillis, long storeMillis) {
      return aheadMillis >= storeMillis - answeredMillis - TOLERANCE_MILLIS
          && aheadMillis <= storeMillis - askedMillis + TOLERANCE_MILLIS;
    }

    boolean has(long ourMillis, long nowMillis) {
      return ourMillis >= fromMillis - TOLERANCE_MILLIS
          && ourMillis <= Math.min(toMillis, nowMillis) + TOLERANCE_MILLIS;
    }
  }

  /**
   * @param ours the clock of this process, which is never set
   */
  public StoreClock(TimeSource ours) {
    this.ours = ours;
  }

  /**
   * Notes what the store's clock showed at some moment between a request and now. A slow answer is
   * imprecise and never counts as a set clock.
   *
   * @param askedMillis when the store was asked, by the clock of this process
   * @param storeMillis what its clock showed
   */
  public void compare(long askedMillis, long storeMillis) {
    long nowMillis = ours.epochMillis();
    if (!stretches.get(0).fits(askedMillis, nowMillis, storeMillis)) {
      begin(askedMillis, nowMillis, storeMillis);
    }
    comparedMillis = nowMillis;
    isCompared = true;
  }

  private synchronized void begin(long askedMillis, long nowMillis, long storeMillis) {
    Stretch last = stretches.get(0);
    if (last.fits(askedMillis, nowMillis, storeMillis)) {
      return; // another thread updated the offset first
    }
    long aheadMillis = storeMillis - nowMillis;
    if (!isCompared) {
      // Rows older than this process use the first known offset.
      stretches = List.of(new Stretch(aheadMillis, EVER, OPEN));
      return;
    }
    List<Stretch> all = new ArrayList<>();
    all.add(new Stretch(aheadMillis, comparedMillis, OPEN));
    all.add(new Stretch(last.aheadMillis(), last.fromMillis(), nowMillis));
    all.addAll(stretches.subList(1, Math.min(stretches.size(), STRETCHES_MAX - 1)));
    Stretch first = all.remove(all.size() - 1);
    all.add(new Stretch(first.aheadMillis(), EVER, first.toMillis()));
    stretches = List.copyOf(all);
  }

  /**
   * Returns the time of this process's clock at which the store's clock showed a time. A time that
   * occurred twice, because the clock was set back, means the later one if that has passed.
   */
  public long toOurs(long storeMillis) {
    List<Stretch> known = stretches;
    long nowMillis = ours.epochMillis();
    for (Stretch stretch : known) {
      long ourMillis = storeMillis - stretch.aheadMillis();
      if (stretch.has(ourMillis, nowMillis)) {
        return ourMillis;
      }
    }
    Stretch last = known.get(0);
    return Math.max(storeMillis - last.aheadMillis(), last.fromMillis());
  }
}
