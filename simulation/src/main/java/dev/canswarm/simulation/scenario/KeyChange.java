package dev.canswarm.simulation.scenario;

/**
 * An agent's key is rotated by an entry of the control chain.
 *
 * @param atMillis when the administrator sends the entry
 * @param agent whose key it is
 * @param compromisesAfterMillis when a second entry says that the old key is compromised, after the
 *     first one; 0 for never
 */
public record KeyChange(long atMillis, String agent, long compromisesAfterMillis) {
  /** Returns the name of the agent's second key. */
  public static String second(String agent) {
    return agent + "-second";
  }

  /** Whether the old key is declared compromised. */
  public boolean isCompromise() {
    return compromisesAfterMillis > 0;
  }

  /** When the last entry is sent. */
  public long lastMillis() {
    return atMillis + compromisesAfterMillis;
  }
}
