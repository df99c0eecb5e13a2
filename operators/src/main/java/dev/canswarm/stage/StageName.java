package dev.canswarm.stage;

import java.util.Locale;

/** The stages that a turn passes, in this order. */
public enum StageName {
  /** Reads what the turn needs to know of its NEEDs from the store. */
  ADMIT,
  /** Admits the inputs and lets the roles react, in memory. */
  REACT,
  /** Writes the rows and timers. */
  STORE,
  /** Sends the stored messages and audits them. */
  PUBLISH,
  /** Starts effects, such as running a task. */
  PERFORM,
  /** Acknowledges the records; after this last stage the lane is free. */
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
