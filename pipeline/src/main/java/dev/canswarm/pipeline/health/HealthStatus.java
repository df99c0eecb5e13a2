package dev.canswarm.pipeline.health;

/**
 * The result of one health check.
 *
 * @param detail one line for people, without control characters; may be empty
 */
public record HealthStatus(State state, String detail) {
  /** What the result means for the process. */
  public enum State {
    /** The part works. */
    UP,
    /** The process goes on without the part, or with less of it. */
    DEGRADED,
    /** The process can make no progress until the part is back. */
    DOWN
  }

  /** The part works. */
  public static HealthStatus up(String detail) {
    return new HealthStatus(State.UP, detail);
  }

  /** The process goes on without the part, or with less of it. */
  public static HealthStatus degraded(String detail) {
    return new HealthStatus(State.DEGRADED, detail);
  }

  /** The process can make no progress until the part is back. */
  public static HealthStatus down(String detail) {
    return new HealthStatus(State.DOWN, detail);
  }
}
