package dev.canswarm.pipeline.health;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The result of one health check.
 *
 * @param detail one line for people, without control characters; may be empty
 */
public record HealthStatus(State state, String detail) {
  /** The states of a part, with their meaning for the process. */
  public enum State {
    /** The part works. */
    UP,
    /** The process goes on without the part, or with less of it. */
    DEGRADED,
    /** The process can make no progress until the part is back. */
    DOWN;

    /** Returns the name over HTTP and in messages, such as {@code degraded}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the state of that label, or empty. */
    public static Optional<State> ofLabel(String label) {
      return Arrays.stream(values()).filter(state -> state.label().equals(label)).findFirst();
    }
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
