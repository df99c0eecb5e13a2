package dev.canswarm.protocol;

/** Deadlines by a given time that note the earliest one still to come. Not thread-safe. */
public final class DeadlineTracker implements Deadlines {
  /** {@link #nextMillis} when nothing is to come. */
  public static final long NEVER = Long.MAX_VALUE;

  private final long nowMillis;
  private final long watchedSinceMillis;
  private long nextMillis = NEVER;

  /**
   * Deadlines as of now, which run while somebody watches: after an outage everybody has the whole
   * time again to do what was asked before it. Only the deadline is absolute, so every NEED ends.
   *
   * @param nowMillis milliseconds since 1970
   * @param watchedSinceMillis since when this process works, in milliseconds since 1970
   */
  public DeadlineTracker(long nowMillis, long watchedSinceMillis) {
    this.nowMillis = nowMillis;
    this.watchedSinceMillis = watchedSinceMillis;
  }

  @Override
  public boolean hasPassed(Timer timer, long sinceMillis, long afterMillis) {
    long fromMillis =
        timer == Timer.DEADLINE ? sinceMillis : Math.max(sinceMillis, watchedSinceMillis);
    long due = fromMillis + afterMillis;
    if (nowMillis >= due) {
      return true;
    }
    nextMillis = Math.min(nextMillis, due);
    return false;
  }

  /** The earliest time asked about that is still to come, or {@link #NEVER}. */
  public long nextMillis() {
    return nextMillis;
  }
}
