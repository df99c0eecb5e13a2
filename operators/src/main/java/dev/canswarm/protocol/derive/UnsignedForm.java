package dev.canswarm.protocol.derive;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import java.util.TreeMap;

/**
 * The canonical form of an envelope without its signature. It is implemented here from the
 * specification, and shares no code with signing.
 */
public final class UnsignedForm {
  private static final String ID_TAG = "can-swarm/id/v1";
  private static final String SIGNATURE = "sig_b64";

  /** The fields that the id covers. */
  private final JsonObject identified;

  private final JsonObject payload;
  private final long timestampNs;

  private UnsignedForm(JsonObject identified, JsonObject payload, long timestampNs) {
    this.identified = identified;
    this.payload = payload;
    this.timestampNs = timestampNs;
  }

  /**
   * Returns the form of a draft.
   *
   * @param timestampNs the signing time, taken from the record, since it cannot be derived
   */
  public static UnsignedForm of(Draft draft, String swarmId, PublicKey sender, long timestampNs) {
    JsonObject.Builder fields =
        JsonObject.builder()
            .put("v", 1)
            .put("swarm_id", swarmId)
            .put("thread_id", draft.threadId().text())
            .put("kind", draft.verb().name())
            .put("lamport", draft.lamport())
            .put("sender_pk_b64", sender.base64())
            .put("parents", EnvelopeId.texts(draft.parents()))
            .put("policy_engine_hash", draft.policyHash())
            .put("payload_hash", Sha256.hex(CanonicalJson.write(draft.payload())));
    NeedId needId = draft.needId();
    if (needId != null) {
      fields.put("need_id", needId.text());
    }
    if (draft.nonce() != null) {
      fields.put("nonce", draft.nonce());
    }
    return new UnsignedForm(fields.build(), draft.payload(), timestampNs);
  }

  /** Returns the id that the fields give, in hexadecimal. */
  public EnvelopeId id() {
    return new EnvelopeId(Sha256.hexTagged(ID_TAG, CanonicalJson.write(identified)));
  }

  /** Returns the payload's SHA-256, in hexadecimal. */
  public String payloadHash() {
    return Sha256.hex(CanonicalJson.write(payload));
  }

  /** Returns the bytes on the wire without the signature, in canonical form. */
  public byte[] bytes() {
    JsonObject.Builder all = JsonObject.builder();
    identified.members().forEach(all::put);
    return CanonicalJson.write(
        all.put("id", id().text())
            .put("timestamp_ns", Long.toString(timestampNs))
            .put("payload", payload)
            .build());
  }

  /** Returns the recorded bytes without the signature, otherwise unchanged. */
  public static byte[] bytesOf(Envelope recorded) {
    TreeMap<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(recorded.bytes()).members());
    members.remove(SIGNATURE);
    return CanonicalJson.write(new JsonObject(members));
  }

  /** Returns the hash of the payload in the record, computed again. */
  public static String payloadHashOf(Envelope recorded) {
    return Sha256.hex(CanonicalJson.write(recorded.payload()));
  }
}
