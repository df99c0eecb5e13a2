package dev.canswarm.pipeline.tracing;

import dev.canswarm.envelope.TaskId;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.stage.trace.EffectTrace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A run of a task, a verification, or a question to the gate. Of a NEED that is not traced, only
 * one that failed becomes a span.
 */
final class TracedEffect implements EffectTrace {
  private final SpanMaker spans;
  private final FailureSpans failures;
  private final SpanContext parent;
  private final Effect effect;
  private final long begunNanos;
  private final boolean sampled;

  /** Null for what is not traced, and once it has ended. */
  private final AtomicReference<@Nullable Span> open;

  private TracedEffect(
      SpanMaker spans, FailureSpans failures, SpanContext parent, Effect effect, boolean sampled) {
    this.spans = spans;
    this.failures = failures;
    this.parent = parent;
    this.effect = effect;
    this.begunNanos = spans.nanos().getAsLong();
    this.sampled = sampled;
    this.open = new AtomicReference<>(sampled ? begin() : null);
  }

  static EffectTrace sampled(
      SpanMaker spans, FailureSpans failures, SpanContext parent, Effect effect) {
    return new TracedEffect(spans, failures, parent, effect, true);
  }

  static EffectTrace ofFailures(
      SpanMaker spans, FailureSpans failures, SpanContext parent, Effect effect) {
    return new TracedEffect(spans, failures, parent, effect, false);
  }

  private Span begin() {
    SpanBuilder builder =
        spans
            .builder(name(), parent)
            .setStartTimestamp(begunNanos, TimeUnit.NANOSECONDS)
            .setAttribute(SpanNames.AGENT, effect.agent().name());
    if (effect instanceof Effect.RunTask run) {
      task(builder, run.taskId(), run.spec().taskType(), run.attempt());
    } else if (effect instanceof Effect.VerifyWork work) {
      task(builder, work.taskId(), work.spec().taskType(), work.attempt());
    }
    return builder.startSpan();
  }

  private String name() {
    if (effect instanceof Effect.RunTask) {
      return SpanNames.RUN;
    }
    if (effect instanceof Effect.VerifyWork) {
      return SpanNames.VERIFY;
    }
    return effect instanceof Effect.AskGate ? SpanNames.ASK_GATE : SpanNames.AWAIT_GATE;
  }

  private static void task(SpanBuilder builder, TaskId taskId, String type, int attempt) {
    builder
        .setAttribute(SpanNames.TASK_ID, taskId.text())
        .setAttribute(SpanNames.TASK_TYPE, type)
        .setAttribute(SpanNames.TASK_ATTEMPT, (long) attempt);
  }

  @Override
  public void permitted() {
    Span span = open.get();
    if (span != null) {
      span.addEvent(SpanNames.PERMITTED, spans.nanos().getAsLong(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void retried(Throwable failure) {
    Span span = open.get();
    if (span != null) {
      failures.retried(span.getSpanContext(), failure);
    } else if (!sampled && failures.admits()) {
      failures.retried(parent, failure);
    }
  }

  @Override
  public void ended(EffectResult result) {
    Failure failure = failure(result);
    Span span = open.getAndSet(null);
    if (span == null && !sampled && failure != null && failures.admits()) {
      span = begin();
    }
    if (span != null) {
      if (failure != null) {
        SpanMaker.failed(span, failure.type(), failure.detail());
      }
      if (result instanceof EffectResult.Verified verified) {
        span.setAttribute(SpanNames.OUTCOME, verified.accept() ? "ACCEPT" : "REJECT");
      }
      spans.end(span);
    }
  }

  private record Failure(String type, String detail) {}

  private static @Nullable Failure failure(EffectResult result) {
    if (result instanceof EffectResult.TaskFailed failed) {
      return new Failure("TASK_FAILED", failed.detail());
    }
    if (result instanceof EffectResult.CannotVerify cannot) {
      return new Failure("CANNOT_VERIFY", cannot.detail());
    }
    return null;
  }

  @Override
  public void stopped() {
    Span span = open.getAndSet(null);
    if (span != null) {
      span.setAttribute(SpanNames.OUTCOME, SpanNames.NO_RESULT);
      spans.end(span);
    }
  }
}
