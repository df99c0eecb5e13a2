package dev.canswarm.pipeline.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Begins spans, all at the process's own time.
 *
 * @param tracer records every span that is begun
 * @param ids of its provider
 * @param nanos the nanoseconds since 1970
 * @param group the consumer group
 */
record SpanMaker(Tracer tracer, RootIds ids, LongSupplier nanos, String group) {
  /** A failed call may be described at any length. */
  private static final int DETAIL_CHARS_MAX = 300;

  private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("error.message");

  /** Returns the context in which children of a span, of this process or another, are begun. */
  static Context within(SpanContext parent) {
    return Context.root().with(Span.wrap(parent));
  }

  SpanBuilder builder(String name, SpanContext parent) {
    return tracer
        .spanBuilder(name)
        .setParent(within(parent))
        .setStartTimestamp(nanos.getAsLong(), TimeUnit.NANOSECONDS);
  }

  Span begin(String name, SpanContext parent) {
    return builder(name, parent).startSpan();
  }

  SpanBuilder messaging(String operation, String topic, SpanContext parent, SpanKind kind) {
    return builder(operation + " " + topic, parent)
        .setSpanKind(kind)
        .setAttribute(SpanNames.SYSTEM, SpanNames.KAFKA)
        .setAttribute(SpanNames.OPERATION_NAME, operation)
        .setAttribute(SpanNames.OPERATION_TYPE, operation)
        .setAttribute(SpanNames.DESTINATION, topic);
  }

  void end(Span span) {
    span.end(nanos.getAsLong(), TimeUnit.NANOSECONDS);
  }

  /** Marks a span as failed. */
  static void failed(Span span, Throwable failure) {
    failed(span, failure.getClass().getName(), String.valueOf(failure.getMessage()));
  }

  /**
   * Marks a span as failed.
   *
   * @param type one of few
   */
  static void failed(Span span, String type, String detail) {
    String shown =
        detail.length() <= DETAIL_CHARS_MAX ? detail : detail.substring(0, DETAIL_CHARS_MAX);
    span.setAttribute(ErrorAttributes.ERROR_TYPE, type);
    span.setAttribute(MESSAGE, shown);
    span.setStatus(StatusCode.ERROR, shown);
  }
}
