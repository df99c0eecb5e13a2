package dev.canswarm.pipeline.postgres;

import java.util.Arrays;
import java.util.Locale;

/** How far an open NEED has come, by the furthest message that is stored. */
public enum OpenState {
  /** Only messages that refer to the NEED are stored. */
  AWAITED,
  /** The NEED is stored. */
  NEW,
  /** A PROPOSE is stored. */
  PLANNED,
  /** The DECIDE is stored. */
  DECIDED,
  /** A CLAIM is stored. */
  WORKING,
  /** A COMMIT is stored. */
  VERIFYING,
  /** The FINALIZE is stored, and its sending is not noted yet. */
  ENDING;

  /** Returns the name in SQL and in the output of commands, such as {@code working}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the state of that label.
   *
   * @throws IllegalArgumentException if {@code Sql.OPEN_STATES} answers a state that is not listed
   */
  static OpenState of(String label) {
    return Arrays.stream(values())
        .filter(state -> state.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state of an open NEED: " + label));
  }
}
