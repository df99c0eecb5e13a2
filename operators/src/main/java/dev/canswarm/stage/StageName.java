package dev.canswarm.stage;

import java.util.Locale;

/** The stages that a turn passes, in this order. */
public enum StageName {
  ADMIT,
  REACT,
  STORE,
  PUBLISH,
  PERFORM,
  /** The last stage: after it the lane is free. */
  ACKNOWLEDGE;

  /** Returns the name in meters, messages and stack traces, such as {@code store}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the lane is free after this stage. */
  public boolean isLast() {
    return this == ACKNOWLEDGE;
  }
}
