package dev.canswarm.pipeline.tracing;

import dev.canswarm.port.Delivery;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header {@code traceparent} of W3C's Trace Context, which anyone may have written. */
final class Traceparent {
  /** Reads no {@code tracestate}: nothing here has a use for it. */
  private static final TextMapGetter<String> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
          return List.of(Delivery.TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
          return key.equals(Delivery.TRACEPARENT) ? carrier : null;
        }
      };

  private Traceparent() {}

  /** Returns the span that sent a record, or one that is not valid where the header is not. */
  static SpanContext read(byte @Nullable [] header) {
    return header == null || header.length != Delivery.TRACEPARENT_BYTES
        ? SpanContext.getInvalid()
        : Span.fromContext(
                W3CTraceContextPropagator.getInstance()
                    .extract(
                        Context.root(), new String(header, StandardCharsets.ISO_8859_1), GETTER))
            .getSpanContext();
  }

  /** Returns the header for what a span sends. */
  static String of(SpanContext sender) {
    return "00-"
        + sender.getTraceId()
        + "-"
        + sender.getSpanId()
        + "-"
        + sender.getTraceFlags().asHex();
  }
}
