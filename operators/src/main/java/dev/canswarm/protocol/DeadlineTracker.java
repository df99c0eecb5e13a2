package dev.canswarm.protocol;

/** Deadlines by a given time that note the earliest one still to come. Not thread-safe. */
public final class DeadlineTracker implements Deadlines {
  /** The value of {@link #nextMillis} when no deadline is pending. */
  public static final long NEVER = Long.MAX_VALUE;

  private final long nowMillis;
  private final long watchedSinceMillis;
  private long nextMillis = NEVER;

  /**
   * Makes deadlines as of now that count only the time since this process works: after an outage
   * every role has the whole time again for requests from before it. Only the NEED's own deadline
   * is absolute, so every NEED ends.
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

  /** Returns the earliest pending deadline that a role asked about, or {@link #NEVER}. */
  public long nextMillis() {
    return nextMillis;
  }
}
