package dev.canswarm.pipeline.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says that spans are not exported, at most once a minute. Thread-safe. */
final class WarningExporter implements SpanExporter {
  static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final SpanExporter exporter;
  private final LongSupplier nanos;
  private final BiConsumer<Long, @Nullable Throwable> warning;
  private final AtomicLong lostSince = new AtomicLong();
  private final AtomicLong quietUntil;

  /**
   * @param nanos a clock that never goes back
   * @param warning receives the number of spans lost since the last call, and why the last ones
   *     were, if known
   */
  WarningExporter(
      SpanExporter exporter, LongSupplier nanos, BiConsumer<Long, @Nullable Throwable> warning) {
    this.exporter = exporter;
    this.nanos = nanos;
    this.warning = warning;
    this.quietUntil = new AtomicLong(nanos.getAsLong());
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(
        () -> {
          if (!result.isSuccess()) {
            lost(count, result.getFailureThrowable());
          }
        });
  }

  private void lost(int count, @Nullable Throwable cause) {
    lostSince.addAndGet(count);
    long now = nanos.getAsLong();
    long until = quietUntil.get();
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
      warning.accept(lostSince.getAndSet(0), cause);
    }
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
