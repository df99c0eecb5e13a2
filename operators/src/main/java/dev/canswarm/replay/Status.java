package dev.canswarm.replay;

/** The result of a check, from best to worst. */
public enum Status {
  /** What was derived again is what was stored. */
  PASS,
  /** A piece is missing, so the check can neither pass nor fail. */
  INCOMPLETE,
  /** The check does not hold. */
  FAIL;

  /** Returns the worse of two results. */
  public Status and(Status other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
