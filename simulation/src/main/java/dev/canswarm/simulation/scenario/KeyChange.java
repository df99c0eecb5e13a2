package dev.canswarm.simulation.scenario;

/**
 * An agent gets another key, by entries of the control chain.
 *
 * @param atMillis when the administrator sends the first entry
 * @param agent whose key it is
 * @param way what the entries say
 * @param againAfterMillis when the second entry is sent, after the first one; 0 where there is none
 */
public record KeyChange(long atMillis, String agent, Way way, long againAfterMillis) {
  /** What the entries say. */
  public enum Way {
    /** The key is rotated. */
    ROTATED,
    /** The key is rotated, and the old one is declared compromised. */
    ROTATED_AND_COMPROMISED,
    /** The key is declared compromised while its agent works with it, and another one is added. */
    COMPROMISED_AND_REPLACED
  }

  /** Returns the name of the agent's second key. */
  public static String second(String agent) {
    return agent + "-second";
  }

  /** Whether the old key is declared compromised. */
  public boolean isCompromise() {
    return way != Way.ROTATED;
  }

  /** When the last entry is sent. */
  public long lastMillis() {
    return atMillis + againAfterMillis;
  }
}
