package dev.canswarm.envelope;

import dev.canswarm.json.JsonObject;
import java.util.List;

/** Drafts for tests, made from envelopes and other drafts. */
public final class Drafts {
  private Drafts() {}

  /** The draft that was signed as this envelope. */
  public static Draft draftOf(Envelope envelope) {
    return Draft.builder(envelope.verb(), envelope.threadId())
        .need(envelope.needId())
        .lamport(envelope.lamport())
        .parents(envelope.parents())
        .nonce(envelope.nonce())
        .policyHash(envelope.policyHash())
        .payload(envelope.payload())
        .build();
  }

  /** The same draft with another payload. */
  public static Draft withPayload(Draft draft, JsonObject payload) {
    return draft.with().payload(payload).build();
  }

  /** The same draft with another Lamport time. */
  public static Draft withLamport(Draft draft, long lamport) {
    return draft.with().lamport(lamport).build();
  }

  /** The same draft with other parents. */
  public static Draft withParents(Draft draft, List<EnvelopeId> parents) {
    return draft.with().parents(parents).build();
  }
}
