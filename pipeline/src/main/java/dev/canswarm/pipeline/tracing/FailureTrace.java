package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.stage.trace.EffectTrace;
import dev.canswarm.stage.trace.NeedTrace;
import io.opentelemetry.api.trace.SpanContext;

/**
 * The trace of a NEED that the sample does not include: exports only its failures, as spans
 * directly under the root.
 */
final class FailureTrace implements NeedTrace {
  private final SpanMaker spans;
  private final FailureSpans failures;
  private final SpanContext root;
  private final NeedId needId;
  private final ThreadId threadId;

  FailureTrace(
      SpanMaker spans, FailureSpans failures, SpanContext root, NeedId needId, ThreadId threadId) {
    this.spans = spans;
    this.failures = failures;
    this.root = root;
    this.needId = needId;
    this.threadId = threadId;
  }

  @Override
  public void lost(String slot, String kind, String heldId) {
    if (failures.admits()) {
      failures.lost(root, slot, kind, heldId);
    }
  }

  @Override
  public void deadLettered(Reason reason, String stage, RecordPosition source) {
    if (failures.admits()) {
      failures.deadLettered(root, reason, stage, source);
    }
  }

  @Override
  public void retried(Throwable failure) {
    if (failures.admits()) {
      failures.retried(root, failure);
    }
  }

  @Override
  public void heldBack(Throwable failure) {
    if (failures.admits()) {
      failures.heldBack(root, failure);
    }
  }

  @Override
  public void finalized(Finalize end, long fromMillis, long untilMillis) {
    if (FailureSpans.isFailure(end) && failures.admits()) {
      failures.root(root, needId, threadId, end, fromMillis, untilMillis);
    }
  }

  @Override
  public EffectTrace effect(Effect effect) {
    return TracedEffect.ofFailures(spans, failures, root, effect);
  }
}
