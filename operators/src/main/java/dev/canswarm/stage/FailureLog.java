package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * Receives failures for people: outages before each retry, and what a retry would only repeat.
 * Thread-safe; must not block.
 */
@FunctionalInterface
public interface FailureLog {
  /** The NEED that a failure concerns. */
  record About(NeedId needId, ThreadId threadId) {}

  /**
   * Receives a failure.
   *
   * @param about null if it concerns no NEED, or several
   */
  void failed(Throwable failure, @Nullable About about);
}
