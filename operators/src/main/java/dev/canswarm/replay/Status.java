package dev.canswarm.replay;

/** The result of a check, from best to worst. */
public enum Status {
  /** The check holds. */
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
