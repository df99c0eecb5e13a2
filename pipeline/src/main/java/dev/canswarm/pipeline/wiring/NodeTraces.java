package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.TracingSettings;
import dev.canswarm.pipeline.kafka.BusSettings;
import dev.canswarm.pipeline.tracing.Tracing;
import dev.canswarm.stage.trace.Tracer;
import java.time.Duration;
import java.util.Optional;

/** The traces of a process, which only one with a collector makes. Thread-safe. */
final class NodeTraces implements AutoCloseable {
  private final Optional<Tracing> tracing;

  private NodeTraces(Optional<Tracing> tracing) {
    this.tracing = tracing;
  }

  static NodeTraces of(NodeSpec spec, BusSettings kafka, TimeSource time) {
    TracingSettings settings = spec.settings().tracing();
    return new NodeTraces(
        settings
            .target()
            .map(
                target ->
                    Tracing.to(
                        target,
                        new Tracing.Origin(
                            spec.settings().swarmId(),
                            kafka.memberId().orElse(kafka.groupId()),
                            kafka.groupId()),
                        new Tracing.Bounds(
                            settings.sampleRatio(),
                            Duration.ofMillis(settings.timeoutMillis()),
                            settings.queueSpansMax()),
                        time,
                        System::nanoTime)));
  }

  Tracer tracer() {
    return tracing.map(Tracing::tracer).orElse(Tracer.NONE);
  }

  /** Registers metrics of exported and lost spans, if traces are on. */
  NodeTraces metered(NodeMeters meters) {
    tracing.ifPresent(meters::spans);
    return this;
  }

  /** Exports what waits, for a bounded time; blocks. */
  @Override
  public void close() {
    tracing.ifPresent(Tracing::close);
  }
}
