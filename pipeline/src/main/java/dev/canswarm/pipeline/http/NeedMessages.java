package dev.canswarm.pipeline.http;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.json.JsonObject;
import reactor.core.publisher.Mono;

/** Reads all stored messages of a NEED, for clients that verify them. Never blocks. */
@FunctionalInterface
public interface NeedMessages {
  /** Returns the document; empty if nothing of the NEED is stored. */
  Mono<JsonObject> of(NeedId needId);
}
