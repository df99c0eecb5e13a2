package dev.canswarm.pipeline.http;

import dev.canswarm.json.JsonObject;
import reactor.core.publisher.Mono;

/** Everything that is stored of a NEED, for whoever wants to verify and follow it. Never blocks. */
@FunctionalInterface
public interface NeedMessages {
  /** The document, or empty if nothing of the NEED is stored. */
  Mono<JsonObject> of(String needId);
}
