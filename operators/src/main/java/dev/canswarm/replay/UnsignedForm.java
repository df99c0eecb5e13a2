package dev.canswarm.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;

/**
 * What an envelope says, without when it was signed: the fields that its id covers, and the
 * payload, whose hash is one of them. Written here from the specification, apart from the code that
 * signs.
 */
final class UnsignedForm {
  private static final String ID_TAG = "can-swarm/id/v1";

  private final JsonObject identified;
  private final JsonObject payload;

  private UnsignedForm(JsonObject identified, JsonObject payload) {
    this.identified = identified;
    this.payload = payload;
  }

  static UnsignedForm of(Envelope envelope) {
    Draft draft =
        new Draft(
            envelope.kind(),
            envelope.threadId(),
            envelope.needId(),
            envelope.lamport(),
            envelope.parents(),
            envelope.nonce(),
            envelope.policyHash(),
            envelope.payload());
    return of(draft, envelope.swarmId(), envelope.sender());
  }

  static UnsignedForm of(Draft draft, String swarmId, PublicKey sender) {
    JsonObject.Builder fields =
        JsonObject.builder()
            .put("v", 1)
            .put("swarm_id", swarmId)
            .put("thread_id", draft.threadId())
            .put("kind", draft.kind().name())
            .put("lamport", draft.lamport())
            .put("sender_pk_b64", sender.base64())
            .put("parents", draft.parents())
            .put("policy_engine_hash", draft.policyHash())
            .put("payload_hash", Sha256.hex(CanonicalJson.write(draft.payload())));
    if (draft.needId() != null) {
      fields.put("need_id", draft.needId());
    }
    if (draft.nonce() != null) {
      fields.put("nonce", draft.nonce());
    }
    return new UnsignedForm(fields.build(), draft.payload());
  }

  String id() {
    return Sha256.hexTagged(ID_TAG, CanonicalJson.write(identified));
  }

  String payloadHash() {
    return Sha256.hex(CanonicalJson.write(payload));
  }

  /** The fields and the payload in canonical form. */
  byte[] bytes() {
    JsonObject.Builder all = JsonObject.builder();
    identified.members().forEach(all::put);
    return CanonicalJson.write(all.put("payload", payload).build());
  }

  @Override
  public String toString() {
    return Texts.of(bytes());
  }
}
