package dev.canswarm.envelope;

import dev.canswarm.json.JsonObject;

/** Envelopes for tests that say something else than their bytes. */
final class Envelopes {
  private Envelopes() {}

  /** The same envelope, of the same bytes, as if it named this thread and had this payload. */
  static Envelope altered(Envelope e, ThreadId threadId, JsonObject payload) {
    return new Envelope(
        e.id(),
        e.swarmId(),
        threadId,
        e.verb(),
        e.need(),
        e.lamport(),
        e.sender(),
        e.parents(),
        e.nonce(),
        e.policyHash(),
        e.payloadHash(),
        e.timestampNs(),
        payload,
        e.signature(),
        e.bytes());
  }
}
