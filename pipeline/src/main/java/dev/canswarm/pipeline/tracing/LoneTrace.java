package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.stage.trace.NeedTrace;

/** Of a record that belongs to no NEED: that it was refused, as a trace of its own. */
final class LoneTrace implements NeedTrace {
  private final FailureSpans failures;

  LoneTrace(FailureSpans failures) {
    this.failures = failures;
  }

  @Override
  public void deadLettered(Reason reason, String stage, RecordPosition source) {
    if (failures.admits()) {
      failures.deadLetteredAlone(NeedIds.root(source), reason, stage, source);
    }
  }
}
