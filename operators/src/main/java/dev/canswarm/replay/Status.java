package dev.canswarm.replay;

/** How a check came out, from good to bad. */
public enum Status {
  /** The check passed: what it asks for holds. */
  PASS,
  /** A piece is missing, so nobody can tell. */
  INCOMPLETE,
  /** It does not hold. */
  FAIL;

  /** The worse of the two. */
  public Status and(Status other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
