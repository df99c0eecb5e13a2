package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans that are exported of every NEED, traced or not: what failed, and the root of a NEED
 * that failed. Thread-safe.
 */
final class FailureSpans {
  private final SpanMaker spans;
  private final BooleanSupplier hasRoom;
  private final Runnable dropped;

  /**
   * @param hasRoom whether failures of NEEDs that are not traced may be queued: a flood of them is
   *     not to crowd out everything else
   * @param dropped is run for each span that finds no room
   */
  FailureSpans(SpanMaker spans, BooleanSupplier hasRoom, Runnable dropped) {
    this.spans = spans;
    this.hasRoom = hasRoom;
    this.dropped = dropped;
  }

  /**
   * Returns whether a failure of a NEED that is not traced may be queued. If not, its span counts
   * as dropped, so ask once for each.
   */
  boolean admits() {
    boolean admitted = hasRoom.getAsBoolean();
    if (!admitted) {
      dropped.run();
    }
    return admitted;
  }

  void lost(SpanContext parent, String slot, String kind, String heldId) {
    Span span =
        spans
            .builder(SpanNames.SLOT_LOST, parent)
            .setAttribute(SpanNames.SLOT, slot)
            .setAttribute(SpanNames.SLOT_KIND, kind)
            .setAttribute(SpanNames.SLOT_HELD_BY, heldId)
            .startSpan();
    spans.end(span);
  }

  void deadLettered(SpanContext parent, Reason reason, String stage, RecordPosition source) {
    end(deadLetter(spans.builder(SpanNames.DEAD_LETTER, parent), stage, source), reason);
  }

  /** A dead letter that is the root of a trace of its own. */
  void deadLetteredAlone(SpanContext root, Reason reason, String stage, RecordPosition source) {
    SpanBuilder builder =
        deadLetter(
            spans.builder(SpanNames.DEAD_LETTER, SpanContext.getInvalid()).setNoParent(),
            stage,
            source);
    spans.ids().with(root, () -> end(builder, reason));
  }

  private static SpanBuilder deadLetter(SpanBuilder builder, String stage, RecordPosition source) {
    return builder
        .setAttribute(SpanNames.STAGE, stage)
        .setAttribute(SpanNames.SYSTEM, SpanNames.KAFKA)
        .setAttribute(SpanNames.DESTINATION, source.topic())
        .setAttribute(SpanNames.PARTITION, Integer.toString(source.partition()))
        .setAttribute(SpanNames.OFFSET, source.offset());
  }

  private Span end(SpanBuilder builder, Reason reason) {
    Span span = builder.startSpan();
    SpanMaker.failed(span, reason.name(), "refused: " + reason);
    spans.end(span);
    return span;
  }

  void retried(SpanContext parent, Throwable failure) {
    failed(SpanNames.RETRY, parent, failure);
  }

  void heldBack(SpanContext parent, Throwable failure) {
    failed(SpanNames.HELD_BACK, parent, failure);
  }

  private void failed(String name, SpanContext parent, Throwable failure) {
    Span span = spans.begin(name, parent);
    SpanMaker.failed(span, failure);
    spans.end(span);
  }

  /** Whether a NEED that ended so is one that failed. */
  static boolean isFailure(Finalize end) {
    return end.outcome() != Outcome.ACCEPTED;
  }

  /**
   * Exports the root span of a NEED's trace; called by the process that stored the FINALIZE.
   *
   * @param fromMillis when the NEED was stored; -1 if that is not known: the span then begins when
   *     it ends
   */
  void root(
      SpanContext root,
      NeedId needId,
      ThreadId threadId,
      Finalize end,
      long fromMillis,
      long untilMillis) {
    SpanBuilder builder =
        spans
            .tracer()
            .spanBuilder(SpanNames.NEED)
            .setNoParent()
            .setStartTimestamp(
                fromMillis < 0 ? untilMillis : Math.min(fromMillis, untilMillis),
                TimeUnit.MILLISECONDS)
            .setAttribute(SpanNames.NEED_ID, needId.text())
            .setAttribute(SpanNames.THREAD_ID, threadId.text())
            .setAttribute(SpanNames.OUTCOME, end.outcome().name());
    Span span = spans.ids().with(root, builder::startSpan);
    @Nullable String reason = end.reason();
    if (reason != null) {
      span.setAttribute(SpanNames.REASON, reason);
    }
    if (isFailure(end)) {
      span.setStatus(StatusCode.ERROR, reason == null ? end.outcome().name() : reason);
    }
    span.end(untilMillis, TimeUnit.MILLISECONDS);
  }
}
