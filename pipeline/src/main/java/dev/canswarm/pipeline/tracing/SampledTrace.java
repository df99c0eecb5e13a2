package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.stage.trace.EffectTrace;
import dev.canswarm.stage.trace.NeedTrace;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A turn, or a request, of a NEED that is traced: a span under the NEED's root, with one for each
 * record that came, each stage, and each record that is sent.
 */
final class SampledTrace implements NeedTrace {
  private final SpanMaker spans;
  private final FailureSpans failures;
  private final SpanContext root;
  private final NeedId needId;
  private final ThreadId threadId;
  private final Span part;
  private final List<Span> records = new ArrayList<>();
  private final List<Span> sends = new ArrayList<>();
  private @Nullable Span stage;

  /**
   * @param name of this part, in lower case
   */
  SampledTrace(
      SpanMaker spans,
      FailureSpans failures,
      SpanContext root,
      String name,
      NeedId needId,
      ThreadId threadId) {
    this.spans = spans;
    this.failures = failures;
    this.root = root;
    this.needId = needId;
    this.threadId = threadId;
    this.part =
        spans
            .builder(name, root)
            .setAttribute(SpanNames.NEED_ID, needId.text())
            .setAttribute(SpanNames.THREAD_ID, threadId.text())
            .startSpan();
  }

  @Override
  public void came(Delivery delivery, Verb verb, long begunNanos, long decodedNanos) {
    SpanBuilder builder =
        spans
            .messaging(
                SpanNames.PROCESS, delivery.topic(), part.getSpanContext(), SpanKind.CONSUMER)
            .setAttribute(SpanNames.GROUP, spans.group())
            .setAttribute(SpanNames.PARTITION, Integer.toString(delivery.partition()))
            .setAttribute(SpanNames.OFFSET, delivery.offset())
            .setAttribute(SpanNames.KEY, threadId.text())
            .setAttribute(SpanNames.VERB, verb.name());
    byte[] value = delivery.value();
    if (value != null) {
      builder.setAttribute(SpanNames.BODY_BYTES, (long) value.length);
    }
    SpanContext sender = Traceparent.read(delivery.traceparent());
    if (sender.isValid()) {
      builder.addLink(sender);
    }
    if (begunNanos > 0) {
      builder.setStartTimestamp(begunNanos, TimeUnit.NANOSECONDS);
    }
    Span record = builder.startSpan();
    records.add(record);
    if (begunNanos > 0) {
      spans
          .builder(SpanNames.DECODE, record.getSpanContext())
          .setStartTimestamp(begunNanos, TimeUnit.NANOSECONDS)
          .setAttribute(SpanNames.STAGE, SpanNames.DECODE)
          .startSpan()
          .end(decodedNanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void entered(String name) {
    left();
    stage =
        spans.builder(name, part.getSpanContext()).setAttribute(SpanNames.STAGE, name).startSpan();
  }

  @Override
  public void left() {
    Span present = stage;
    if (present != null) {
      spans.end(present);
      stage = null;
    }
  }

  /** The stage that is under way, or else the whole part. */
  private SpanContext here() {
    Span present = stage;
    return (present == null ? part : present).getSpanContext();
  }

  @Override
  public OutgoingRecord sending(OutgoingRecord record, @Nullable Verb verb) {
    if (record.topic().equals(Topics.DEAD_LETTERS)) {
      return record;
    }
    SpanBuilder builder =
        spans.messaging(SpanNames.SEND, record.topic(), here(), SpanKind.PRODUCER);
    byte[] key = record.key();
    if (key != null) {
      builder.setAttribute(SpanNames.KEY, new String(key, StandardCharsets.UTF_8));
    }
    byte[] value = record.value();
    if (value != null) {
      builder.setAttribute(SpanNames.BODY_BYTES, (long) value.length);
    }
    if (verb != null) {
      builder.setAttribute(SpanNames.VERB, verb.name());
    }
    Span send = builder.startSpan();
    sends.add(send);
    return record.with(Delivery.TRACEPARENT, Traceparent.of(send.getSpanContext()));
  }

  @Override
  public void sent() {
    sends.forEach(spans::end);
    sends.clear();
  }

  @Override
  public void stored(Verb verb, String slot) {
    Span present = stage;
    (present == null ? part : present)
        .addEvent(
            SpanNames.STORED,
            Attributes.of(SpanNames.VERB, verb.name(), SpanNames.SLOT, slot),
            spans.nanos().getAsLong(),
            TimeUnit.NANOSECONDS);
  }

  @Override
  public void lost(String slot, String kind, String heldId) {
    failures.lost(here(), slot, kind, heldId);
  }

  @Override
  public void deadLettered(Reason reason, String where, RecordPosition source) {
    failures.deadLettered(here(), reason, where, source);
  }

  @Override
  public void retried(Throwable failure) {
    failures.retried(here(), failure);
  }

  @Override
  public void heldBack(Throwable failure) {
    failures.heldBack(here(), failure);
  }

  @Override
  public void finalized(Finalize end, long fromMillis, long untilMillis) {
    failures.root(root, needId, threadId, end, fromMillis, untilMillis);
  }

  @Override
  public EffectTrace effect(Effect effect) {
    return TracedEffect.sampled(spans, failures, here(), effect);
  }

  @Override
  public void end() {
    left();
    sent();
    records.forEach(spans::end);
    records.clear();
    spans.end(part);
  }
}
