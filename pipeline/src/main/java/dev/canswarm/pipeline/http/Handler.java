package dev.canswarm.pipeline.http;

import reactor.core.publisher.Mono;

/** Answers requests for one path. Called on a thread of the server; must not block. */
@FunctionalInterface
public interface Handler {
  /** Returns the response; an error becomes a 500, and its cause is only logged. */
  Mono<Response> handle(Request request);
}
