package dev.canswarm.pipeline.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random ids, except for a span that is begun with given ones. Thread-safe. */
final class RootIds implements IdGenerator {
  private final IdGenerator random = IdGenerator.random();
  private final ThreadLocal<@Nullable SpanContext> given = new ThreadLocal<>();

  /** Begins one span without a parent, with these ids. */
  <T> T with(SpanContext ids, Supplier<T> beginning) {
    given.set(ids);
    try {
      return beginning.get();
    } finally {
      given.remove();
    }
  }

  @Override
  public String generateSpanId() {
    SpanContext ids = given.get();
    return ids == null ? random.generateSpanId() : ids.getSpanId();
  }

  @Override
  public String generateTraceId() {
    SpanContext ids = given.get();
    return ids == null ? random.generateTraceId() : ids.getTraceId();
  }
}
