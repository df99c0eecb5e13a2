package dev.canswarm.pipeline.http;

import reactor.core.publisher.Mono;

/** Answers requests for one path. Called on a thread of the server; must not block. */
@FunctionalInterface
public interface Handler {
  /** Answers; an error becomes a 500 whose cause only the log tells. */
  Mono<Response> handle(Request request);
}
