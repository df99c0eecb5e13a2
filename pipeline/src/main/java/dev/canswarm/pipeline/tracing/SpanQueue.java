package dev.canswarm.pipeline.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Bounds the number of spans that wait for their export, and counts the spans that are exported,
 * failed, or dropped because too many wait. Thread-safe; ending a span does not block.
 */
final class SpanQueue implements SpanProcessor {
  private final int spansMax;
  private final SpanProcessor next;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder exported = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  /**
   * @param spansMax the most spans that wait
   * @param processor makes what hands spans to an exporter; its own queue must have room for {@code
   *     spansMax}
   */
  SpanQueue(int spansMax, SpanExporter exporter, Function<SpanExporter, SpanProcessor> processor) {
    this.spansMax = spansMax;
    this.next = processor.apply(new Counted(exporter));
  }

  /** Returns how many spans wait. */
  int waiting() {
    return waiting.get();
  }

  long exported() {
    return exported.sum();
  }

  long failed() {
    return failed.sum();
  }

  long dropped() {
    return dropped.sum();
  }

  /** Counts a span that was not begun, since too many wait. */
  void drop() {
    dropped.increment();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    // Nothing is to be done: isStartRequired says so.
  }

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (waiting.incrementAndGet() > spansMax) {
      waiting.decrementAndGet();
      dropped.increment();
    } else {
      next.onEnd(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode forceFlush() {
    return next.forceFlush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return next.shutdown();
  }

  /** A batch that is being exported does not wait any more. */
  private final class Counted implements SpanExporter {
    private final SpanExporter exporter;

    private Counted(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size();
      waiting.addAndGet(-count);
      CompletableResultCode result = exporter.export(spans);
      return result.whenComplete(() -> (result.isSuccess() ? exported : failed).add(count));
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
