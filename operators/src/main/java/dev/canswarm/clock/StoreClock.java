package dev.canswarm.clock;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells by the clock of this process what a store's clock said. Each answer of the store that has
 * its present time shows how far that clock is from ours. When the distance changes, the store's
 * clock was set; times that it showed before are still told by the distance of then.
 *
 * <p>Thread-safe. All times are milliseconds since 1970.
 */
public final class StoreClock {
  /** A change of the distance by less is rounding or drift, and is not followed. */
  static final long TOLERANCE_MILLIS = 1_000;

  /** The distances that are kept, the last ones: a NEED is not open for more of them. */
  static final int STRETCHES_MAX = 16;

  private static final long EVER = Long.MIN_VALUE / 2;
  private static final long OPEN = Long.MAX_VALUE / 2;

  private final TimeSource ours;

  /** The last one first; changed under the lock, read without it. */
  private volatile List<Stretch> stretches = List.of(new Stretch(0, EVER, OPEN));

  private volatile boolean isCompared;
  private volatile long comparedMillis;

  /**
   * The times, by our clock, between two settings of the store's clock.
   *
   * @param aheadMillis how far the store's clock was ahead of ours
   * @param fromMillis the earliest that it can have begun
   * @param toMillis the latest that it can have ended
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
   * Notes what the store's clock showed at some moment between a question and now. An answer that
   * was under way for long says little, and is no reason to believe that the clock was set.
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
      return; // another thread was faster
    }
    long aheadMillis = storeMillis - nowMillis;
    if (!isCompared) {
      // Rows from before this process are told by the same distance.
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
   * Returns what the clock of this process showed when the store's showed a time. What the store's
   * clock showed twice, because it was set back, was the later time unless that has not come yet.
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
