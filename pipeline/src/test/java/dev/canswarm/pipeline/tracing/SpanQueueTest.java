package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of spans that cannot be exported. */
class SpanQueueTest {
  /** Takes spans, or not, when the test says so. */
  private static final class Collector implements SpanExporter {
    private final List<CompletableResultCode> asked = new ArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      CompletableResultCode result = new CompletableResultCode();
      asked.add(result);
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  /** Holds spans until they are released. */
  private static final class Held implements SpanProcessor {
    private final List<SpanData> spans = new ArrayList<>();
    private final SpanExporter exporter;

    private Held(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      spans.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    void handOn() {
      exporter.export(List.copyOf(spans));
      spans.clear();
    }
  }

  private final Collector collector = new Collector();
  private @Nullable Held held;
  private final SpanQueue queue =
      new SpanQueue(
          3,
          collector,
          exporter -> {
            Held made = new Held(exporter);
            held = made;
            return made;
          });
  private final Tracer tracer =
      SdkTracerProvider.builder().addSpanProcessor(queue).build().get("test");

  private void spans(int count) {
    for (int i = 0; i < count; i++) {
      tracer.spanBuilder("span").startSpan().end();
    }
  }

  private void handOn() {
    Objects.requireNonNull(held).handOn();
  }

  @Test
  void moreSpansThanMayWaitAreDroppedAndCounted() {
    spans(5);
    assertThat(queue.waiting()).isEqualTo(3);
    assertThat(queue.dropped()).isEqualTo(2);
    handOn();
    assertThat(queue.waiting()).isZero();
    spans(1);
    assertThat(queue.dropped()).isEqualTo(2);
  }

  @Test
  void whatTheCollectorTakesAndDoesNotTakeIsCounted() {
    spans(2);
    handOn();
    spans(3);
    handOn();
    assertThat(queue.exported()).isZero();
    collector.asked.get(0).succeed();
    collector.asked.get(1).fail();
    assertThat(queue.exported()).isEqualTo(2);
    assertThat(queue.failed()).isEqualTo(3);
  }

  @Test
  void aCollectorThatIsAwayIsWarnedOfOnceAMinuteWithAllThatWasLost() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    List<String> warnings = new ArrayList<>();
    WarningExporter exporter =
        new WarningExporter(
            collector,
            nanos::get,
            (lost, cause) -> warnings.add(lost + " " + (cause == null ? "" : cause.getMessage())));
    for (int i = 0; i < 3; i++) {
      exporter.export(some(2));
      collector.asked.get(i).failExceptionally(new IOException("refused"));
    }
    assertThat(warnings).containsExactly("2 refused");
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    exporter.export(some(1));
    collector.asked.get(3).failExceptionally(new IOException("refused"));
    assertThat(warnings).containsExactly("2 refused", "5 refused");
  }

  private List<SpanData> some(int count) {
    return Collections.nCopies(count, one());
  }

  private SpanData one() {
    KeptSpans kept = new KeptSpans();
    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(kept)).build();
    provider.get("test").spanBuilder("span").startSpan().end();
    return kept.spans().get(0);
  }
}
