package dev.canswarm.policy;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;

/** Counts the gas of one evaluation against its limit. Not thread-safe. */
public final class GasMeter {
  private final long limit;
  private long used;

  /**
   * @param limit the most gas that may be used
   */
  public GasMeter(long limit) {
    this.limit = limit;
  }

  /**
   * Pays for what is evaluated next.
   *
   * @param gas at least 0
   * @throws RefusedException OUT_OF_GAS past the limit; what was to be paid is counted
   */
  public void charge(long gas) {
    used += gas;
    if (used > limit) {
      throw new RefusedException(
          Reason.OUT_OF_GAS, "expected at most " + limit + " gas, needed at least " + used);
    }
  }

  /**
   * Adds gas that had a limit of its own.
   *
   * @param gas at least 0
   */
  public void add(long gas) {
    used += gas;
  }

  /** The gas that was charged and added so far. */
  public long used() {
    return used;
  }
}
