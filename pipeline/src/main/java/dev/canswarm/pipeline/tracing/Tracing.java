package dev.canswarm.pipeline.tracing;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.stage.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.semconv.ServiceAttributes;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports traces of a process by OTLP over HTTP, on threads of its own. Thread-safe; {@link #close}
 * blocks.
 */
public final class Tracing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

  private static final String SERVICE = "can-swarm";

  /** Spans in one request. */
  private static final int BATCH_SPANS_MAX = 512;

  /** How long a span waits for others to be exported with. */
  private static final Duration BATCH_DELAY = Duration.ofSeconds(1);

  private static final int SPAN_ATTRIBUTES_MAX = 32;
  private static final int SPAN_EVENTS_MAX = 64;
  private static final int SPAN_LINKS_MAX = 4;
  private static final int ATTRIBUTE_CHARS_MAX = 512;

  /**
   * Whose traces these are.
   *
   * @param swarm the name of the swarm
   * @param instance the name of the process, which no other has
   * @param group the consumer group
   */
  public record Origin(String swarm, String instance, String group) {}

  /**
   * Bounds of the export.
   *
   * @param sampleRatio the share of NEEDs that are traced, 0 to 1
   * @param timeout the longest duration of one export, and of the last one
   * @param queueSpansMax the most spans that wait for their export
   */
  public record Bounds(double sampleRatio, Duration timeout, int queueSpansMax) {}

  private final SdkTracerProvider provider;
  private final SpanQueue queue;
  private final Tracer tracer;
  private final Duration timeout;

  private Tracing(SdkTracerProvider provider, SpanQueue queue, Tracer tracer, Duration timeout) {
    this.provider = provider;
    this.queue = queue;
    this.tracer = tracer;
    this.timeout = timeout;
  }

  /**
   * Begins to export; nothing is sent before there is a span.
   *
   * @param target where spans are posted to
   * @param ticks a clock that never goes back, in nanoseconds
   */
  public static Tracing to(
      URI target, Origin origin, Bounds bounds, TimeSource time, LongSupplier ticks) {
    ExporterLogs.silence();
    SpanExporter exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(target.toString())
            .setTimeout(bounds.timeout())
            .setConnectTimeout(bounds.timeout())
            .build();
    return by(
        new WarningExporter(
            exporter,
            ticks,
            (lost, cause) ->
                LOG.warn(
                    "{} spans were not taken by {} and are lost: {}", lost, target, words(cause))),
        origin,
        bounds,
        time);
  }

  /**
   * Returns the cause of a failed export, since the exporter's own exception says nothing of it.
   */
  private static String words(@Nullable Throwable failure) {
    if (failure == null) {
      return "it refused them";
    }
    Throwable cause = failure.getCause();
    return (cause == null ? failure : cause).toString();
  }

  /** The same with another exporter. */
  static Tracing by(SpanExporter exporter, Origin origin, Bounds bounds, TimeSource time) {
    SpanQueue queue =
        new SpanQueue(
            bounds.queueSpansMax(),
            exporter,
            counted ->
                BatchSpanProcessor.builder(counted)
                    .setMaxQueueSize(bounds.queueSpansMax())
                    .setMaxExportBatchSize(Math.min(BATCH_SPANS_MAX, bounds.queueSpansMax()))
                    .setScheduleDelay(BATCH_DELAY)
                    .setExporterTimeout(bounds.timeout())
                    .build());
    RootIds ids = new RootIds();
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            // Sampling is decided before a span begins.
            .setSampler(Sampler.alwaysOn())
            .setIdGenerator(ids)
            .setResource(resource(origin))
            .setSpanLimits(
                SpanLimits.builder()
                    .setMaxNumberOfAttributes(SPAN_ATTRIBUTES_MAX)
                    .setMaxNumberOfEvents(SPAN_EVENTS_MAX)
                    .setMaxNumberOfLinks(SPAN_LINKS_MAX)
                    .setMaxAttributeValueLength(ATTRIBUTE_CHARS_MAX)
                    .build())
            .addSpanProcessor(queue)
            .build();
    SpanMaker spans =
        new SpanMaker(provider.get("dev.canswarm"), ids, time::epochNanos, origin.group());
    int roomMax = bounds.queueSpansMax() / 2;
    FailureSpans failures = new FailureSpans(spans, () -> queue.waiting() < roomMax, queue::drop);
    return new Tracing(
        provider, queue, new NeedTracer(spans, failures, bounds.sampleRatio()), bounds.timeout());
  }

  private static Resource resource(Origin origin) {
    return Resource.getDefault().toBuilder()
        .put(ServiceAttributes.SERVICE_NAME, SERVICE)
        .put(ServiceAttributes.SERVICE_NAMESPACE, origin.swarm())
        .put(ServiceAttributes.SERVICE_INSTANCE_ID, origin.instance())
        .build();
  }

  /** Returns the tracer that the stages call. */
  public Tracer tracer() {
    return tracer;
  }

  /** Returns how many spans were exported. */
  public long exported() {
    return queue.exported();
  }

  /** Returns how many spans the collector did not take. */
  public long failed() {
    return queue.failed();
  }

  /**
   * Returns how many spans were dropped, since too many waited; failures of NEEDs that are not
   * traced are among them.
   */
  public long dropped() {
    return queue.dropped();
  }

  /** Exports what waits, for a bounded time. */
  @Override
  public void close() {
    CompletableResultCode ended =
        provider.shutdown().join(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended.isSuccess()) {
      LOG.warn("the last spans were not exported within {} ms", timeout.toMillis());
    }
  }
}
