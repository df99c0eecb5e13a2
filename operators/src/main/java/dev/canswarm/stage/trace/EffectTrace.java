package dev.canswarm.stage.trace;

import dev.canswarm.protocol.EffectResult;

/**
 * An effect of a NEED: a run of a task, a verification. By default nothing is shown. Thread-safe;
 * its methods do not block and do not throw.
 */
public interface EffectTrace {
  /** The trace of an effect of a NEED that is not traced. */
  EffectTrace NONE = new EffectTrace() {};

  /** It waited for its permit until now. */
  default void permitted() {}

  /** Something outside failed, and it is tried again. */
  default void retried(Throwable failure) {}

  /** It has ended with this result. */
  default void ended(EffectResult result) {}

  /** It has ended, without a result unless {@link #ended} was called before. */
  default void stopped() {}
}
