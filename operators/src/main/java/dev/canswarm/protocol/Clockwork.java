package dev.canswarm.protocol;

/** Timers by a given time that note the earliest one still to come. Not thread-safe. */
public final class Clockwork implements Timers {
  /** {@link #nextMillis} when nothing is to come. */
  public static final long NEVER = Long.MAX_VALUE;

  private final long nowMillis;
  private long nextMillis = NEVER;

  /**
   * Timers as of now.
   *
   * @param nowMillis milliseconds since 1970
   */
  public Clockwork(long nowMillis) {
    this.nowMillis = nowMillis;
  }

  @Override
  public boolean overdue(Timer timer, long sinceMillis, long afterMillis) {
    long due = sinceMillis + afterMillis;
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
