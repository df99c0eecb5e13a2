package dev.canswarm.protocol;

/**
 * Answers whether something is overdue, so that no role reads a clock. The live pipeline compares
 * with its clock and notes when to look again; replay says which timer the record claims to have
 * fired.
 */
@FunctionalInterface
public interface Deadlines {
  /** The deadlines that roles ask about. */
  enum Timer {
    /** The NEED's own deadline. */
    DEADLINE,
    /** No plan was decided. */
    NO_PLAN,
    /** The lease of a CLAIM. */
    LEASE,
    /** A grant with excluded workers that nobody claimed. */
    UNCLAIMED,
    /** Verifiers that were asked and say nothing. */
    SILENCE,
    /** A proposal that the gate admitted and that never came. */
    GATE
  }

  /**
   * Whether that much time has passed.
   *
   * @param sinceMillis milliseconds since 1970, by the store's clock
   * @param afterMillis how long it may take
   */
  boolean hasPassed(Timer timer, long sinceMillis, long afterMillis);

  /** Deadlines of which none has passed. */
  static Deadlines none() {
    return (timer, since, after) -> false;
  }

  /** Deadlines of which that one has passed and no other. */
  static Deadlines only(Timer fired) {
    return (timer, since, after) -> timer == fired;
  }
}
