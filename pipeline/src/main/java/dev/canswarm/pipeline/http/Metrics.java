package dev.canswarm.pipeline.http;

import reactor.core.publisher.Mono;

/** Renders the meters of the process for {@code GET /metrics}. */
@FunctionalInterface
public interface Metrics {
  /** The media type of Prometheus's text format. */
  String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Returns all metrics in Prometheus's text format; never blocks. */
  Mono<byte[]> scrape();
}
