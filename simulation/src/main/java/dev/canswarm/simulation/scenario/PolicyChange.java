package dev.canswarm.simulation.scenario;

/**
 * A second policy is activated by an entry of the control chain.
 *
 * @param atMillis when the administrator sends the entry
 * @param k ACCEPT votes that a result needs under it
 * @param attemptsMax attempts at a task under it
 * @param retiresAfterMillis when a second entry retires the first policy, after the first entry is
 *     stored; 0 for never
 */
public record PolicyChange(long atMillis, int k, int attemptsMax, long retiresAfterMillis) {
  /**
   * {@code gas_per_evaluation} of the second policy: enough for every message of an honest agent,
   * but not for a NEED with the largest allowed payload.
   */
  public static final long GAS_MAX = 600;

  /** Longer than every process of an undisturbed swarm takes to follow an entry. */
  public static final long FOLLOWED_MILLIS_MAX = 2_500;

  /** Whether the first policy is retired. */
  public boolean retires() {
    return retiresAfterMillis > 0;
  }

  /** When the last NEED that is about it is sent, if entries are stored at once. */
  public long lastMillis() {
    return atMillis + retiresAfterMillis + 2 * FOLLOWED_MILLIS_MAX;
  }
}
