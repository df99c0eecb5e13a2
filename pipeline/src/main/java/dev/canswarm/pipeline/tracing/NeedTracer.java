package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.Locale;

/**
 * Traces the NEEDs that their ids choose, and of all others what failed. Every process with the
 * same ratio chooses the same NEEDs. Thread-safe.
 */
final class NeedTracer implements Tracer {
  private final SpanMaker spans;
  private final FailureSpans failures;
  private final Sampler chosen;

  /**
   * @param ratio the share of NEEDs that are traced, 0 to 1
   */
  NeedTracer(SpanMaker spans, FailureSpans failures, double ratio) {
    this.spans = spans;
    this.failures = failures;
    this.chosen = Sampler.traceIdRatioBased(ratio);
  }

  @Override
  public NeedTrace begin(TracePart part, NeedId needId, ThreadId threadId) {
    SpanContext root = NeedIds.root(needId);
    if (!root.isValid()) {
      return NeedTrace.NONE;
    }
    return isChosen(root.getTraceId())
        ? new SampledTrace(
            spans, failures, root, part.name().toLowerCase(Locale.ROOT), needId, threadId)
        : new FailureTrace(spans, failures, root, needId, threadId);
  }

  @Override
  public NeedTrace begin(RecordPosition position) {
    return new LoneTrace(failures);
  }

  @Override
  public long nowNanos() {
    return spans.nanos().getAsLong();
  }

  /** By the trace's id alone, as samplers of other programs that join the trace choose. */
  private boolean isChosen(String traceId) {
    return chosen
            .shouldSample(
                Context.root(),
                traceId,
                SpanNames.NEED,
                SpanKind.INTERNAL,
                Attributes.empty(),
                List.of())
            .getDecision()
        == SamplingDecision.RECORD_AND_SAMPLE;
  }
}
