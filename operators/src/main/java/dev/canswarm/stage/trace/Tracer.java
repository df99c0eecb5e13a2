package dev.canswarm.stage.trace;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;

/**
 * Makes traces of what a process does for NEEDs. Nothing is decided by it. Thread-safe; its methods
 * do not block and do not throw.
 */
public interface Tracer {
  /** Traces nothing, and makes no object for anything. */
  Tracer NONE = new Tracer() {};

  /**
   * Begins a part of a NEED's trace; {@link NeedTrace#end} ends it.
   *
   * @return {@link NeedTrace#NONE} if it is not traced
   */
  default NeedTrace begin(TracePart part, NeedId needId, ThreadId threadId) {
    return NeedTrace.NONE;
  }

  /** Begins a trace of a record that holds no envelope, and so belongs to no NEED. */
  default NeedTrace begin(RecordPosition position) {
    return NeedTrace.NONE;
  }

  /** Returns the nanoseconds since 1970, or 0 if nothing is traced. */
  default long nowNanos() {
    return 0;
  }
}
