package dev.canswarm.pipeline.follow;

import java.util.ArrayList;
import java.util.List;

/** Adds up counts of the op-log for the rates of each second. Used by one thread at a time. */
final class RateMeter {
  private static final long SECOND_MILLIS = 1_000;

  private final List<Long> times = new ArrayList<>();
  private int began;
  private int accepted;
  private int rejected;
  private int expired;
  private int refused;
  private long sinceMillis;

  /**
   * @param nowMillis by the same clock as later ones
   */
  RateMeter(long nowMillis) {
    sinceMillis = nowMillis;
  }

  void add(RowCounts counts) {
    began += counts.began();
    accepted += counts.accepted();
    rejected += counts.rejected();
    expired += counts.expired();
    refused += counts.refused();
    counts.tookMillis().forEach(millis -> times.add(Math.max(0, millis)));
  }

  /**
   * Returns how many NEEDs began, or how many ended if these are more, in a second; of less than a
   * second those that did so far.
   */
  int needsPerSecond(long nowMillis) {
    int needs = Math.max(began, accepted + rejected + expired);
    return Math.toIntExact(needs * SECOND_MILLIS / Math.max(SECOND_MILLIS, ageMillis(nowMillis)));
  }

  /** Returns the time since the count began, in milliseconds. */
  long ageMillis(long nowMillis) {
    return nowMillis - sinceMillis;
  }

  /** Returns the counts and starts again from zero. */
  Rates take(long nowMillis) {
    times.sort(null);
    Rates rates =
        new Rates(
            ageMillis(nowMillis),
            began,
            accepted,
            rejected,
            expired,
            refused,
            times.size(),
            quantile(50),
            quantile(95));
    times.clear();
    began = 0;
    accepted = 0;
    rejected = 0;
    expired = 0;
    refused = 0;
    sinceMillis = nowMillis;
    return rates;
  }

  private long quantile(int percent) {
    return times.isEmpty() ? 0 : times.get((times.size() - 1) * percent / 100);
  }
}
