package dev.canswarm.protocol;

/**
 * Decides whether a deadline has passed, so that no role reads a clock. The live pipeline compares
 * with its clock and notes the next due time; replay answers with the timer that the record claims
 * to have fired.
 */
@FunctionalInterface
public interface Deadlines {
  /** The deadlines that roles ask about. */
  enum Timer {
    /** The NEED's own deadline. */
    DEADLINE,
    /** The time in which a plan has to be decided. */
    NO_PLAN,
    /** The lease of a CLAIM. */
    LEASE,
    /** The time in which a grant that excludes workers has to be claimed. */
    UNCLAIMED,
    /** The time in which verifiers that were asked have to vote. */
    SILENCE,
    /** The time in which a proposal that the gate admitted has to be decided. */
    GATE
  }

  /**
   * Whether a timer has run out.
   *
   * @param sinceMillis milliseconds since 1970, by the store's clock
   * @param afterMillis milliseconds until the timer runs out
   */
  boolean hasPassed(Timer timer, long sinceMillis, long afterMillis);

  /** Returns deadlines of which none has passed. */
  static Deadlines none() {
    return (timer, since, after) -> false;
  }

  /** Returns deadlines of which only the given one has passed. */
  static Deadlines only(Timer fired) {
    return (timer, since, after) -> timer == fired;
  }
}
