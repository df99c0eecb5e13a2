package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.stage.trace.NeedTrace;

/** The trace of a record that belongs to no NEED: exports that the record was refused. */
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
