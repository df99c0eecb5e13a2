package dev.canswarm.pipeline.http;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.protocol.payload.Cancel;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The operations of the API on NEEDs. Never blocks. An outage is an error {@link
 * dev.canswarm.port.RetryableException}; a request that cannot be served is a {@link
 * ProblemException}.
 */
public interface Needs {
  /**
   * A NEED as it is stored.
   *
   * @param ended whether its FINALIZE is stored
   * @param document its document in the API
   */
  record Found(boolean ended, JsonObject document) {}

  /**
   * A payload to be signed and sent.
   *
   * @param thread empty for one that follows from the idempotency key, or is new without a key
   * @param idempotencyKey of the header; empty if there was none
   */
  record Submission(Optional<String> thread, Optional<String> idempotencyKey, byte[] payload) {}

  /** A NEED that was sent, now or by an earlier request with the same idempotency key. */
  record Submitted(NeedId needId, ThreadId threadId) {}

  /** Returns a NEED as it is stored; empty if nothing is stored. */
  Mono<Found> find(NeedId needId);

  /** Whether the FINALIZE of a NEED is stored; cheap enough to ask again and again. */
  Mono<Boolean> hasEnded(NeedId needId);

  /** Signs a NEED and sends it; completes when Kafka has it. */
  Mono<Submitted> submit(Submission submission);

  /**
   * Signs a CANCEL of a NEED and sends it, even if the NEED has already ended; completes when Kafka
   * has it. Empty if no such NEED is stored.
   *
   * @param cancel the payload
   */
  Mono<Submitted> cancel(NeedId needId, Cancel cancel);

  /** Most bytes of a payload. */
  int payloadBytesMax();
}
