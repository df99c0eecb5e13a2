package dev.canswarm.pipeline.http;

import reactor.core.publisher.Mono;

/** What {@code /metrics} shows. */
@FunctionalInterface
public interface Metrics {
  /** The type of Prometheus's text format. */
  String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** All metrics now, in Prometheus's text format; never blocks. */
  Mono<byte[]> scrape();
}
