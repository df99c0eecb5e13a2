package dev.canswarm.pipeline.health;

/**
 * What a check found.
 *
 * @param detail one line for people, without control characters; may be empty
 */
public record Finding(State state, String detail) {
  /** How a part is. */
  public enum State {
    /** It works. */
    UP,
    /** The process goes on without it, or with less of it. */
    DEGRADED,
    /** The process can make no progress. */
    DOWN
  }

  /** It works. */
  public static Finding up(String detail) {
    return new Finding(State.UP, detail);
  }

  /** The process goes on all the same. */
  public static Finding degraded(String detail) {
    return new Finding(State.DEGRADED, detail);
  }

  /** The process can make no progress. */
  public static Finding down(String detail) {
    return new Finding(State.DOWN, detail);
  }
}
