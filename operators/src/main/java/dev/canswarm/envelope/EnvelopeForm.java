package dev.canswarm.envelope;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.CanonicalWriter;
import dev.canswarm.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of an envelope's fields, written straight in the order of RFC 8785 (by name).
 * The names and their order are the wire format.
 */
record EnvelopeForm(
    String id,
    Verb verb,
    long lamport,
    @Nullable NeedId needId,
    @Nullable String nonce,
    Iterable<EnvelopeId> parents,
    String payloadHash,
    String policyHash,
    String senderBase64,
    String swarmId,
    ThreadId threadId,
    long timestampNs) {

  /** Enough for the fixed fields and a few parents. */
  private static final int FIELDS_BYTES = 1024;

  private static final byte[] SIGNED_PREFIX =
      (EnvelopeIds.ENVELOPE_TAG + "\0").getBytes(StandardCharsets.US_ASCII);

  static EnvelopeForm of(Envelope envelope) {
    return new EnvelopeForm(
        envelope.id().text(),
        envelope.verb(),
        envelope.lamport(),
        envelope.needId(),
        envelope.nonce(),
        envelope.parents(),
        envelope.payloadHash(),
        envelope.policyHash(),
        envelope.sender().base64(),
        envelope.swarmId(),
        envelope.threadId(),
        envelope.timestampNs());
  }

  /**
   * The form of a draft that is being signed.
   *
   * @param room placeholder for the id and the hash of the payload
   */
  static EnvelopeForm of(
      Draft draft, String room, String senderBase64, String swarmId, long timestampNs) {
    return new EnvelopeForm(
        room,
        draft.verb(),
        draft.lamport(),
        draft.needId(),
        draft.nonce(),
        draft.parents(),
        room,
        draft.policyHash(),
        senderBase64,
        swarmId,
        draft.threadId(),
        timestampNs);
  }

  /** The bytes that are signed: the tag, a zero byte, and all fields but payload and signature. */
  byte[] signed() {
    var out = new CanonicalWriter(FIELDS_BYTES).raw(SIGNED_PREFIX);
    toParents(out);
    fromPayloadHash(out);
    swarmAndThread(out);
    end(out);
    return out.toBytes();
  }

  /** The bytes of {@link Envelope#statement}. */
  byte[] statement(JsonObject payload) {
    byte[] content = CanonicalJson.write(payload);
    var out = new CanonicalWriter(FIELDS_BYTES + content.length);
    toParents(out);
    out.raw(",\"payload\":").raw(content);
    fromPayloadHash(out);
    swarmAndThread(out);
    return out.raw(",\"v\":1}").toBytes();
  }

  /** From the beginning to the list of parents, which comes before the payload. */
  void toParents(CanonicalWriter out) {
    out.raw("{\"id\":\"").raw(id).raw("\",\"kind\":\"");
    out.raw(verb.name()).raw("\",\"lamport\":").integer(lamport);
    if (needId != null) {
      out.raw(",\"need_id\":\"").raw(needId.text()).raw('"');
    }
    if (nonce != null) {
      out.raw(",\"nonce\":").string(nonce);
    }
    out.raw(",\"parents\":[");
    boolean first = true;
    for (EnvelopeId parent : parents) {
      out.raw(first ? "\"" : ",\"").raw(parent.text()).raw('"');
      first = false;
    }
    out.raw(']');
  }

  /** The members between the payload and the signature. */
  void fromPayloadHash(CanonicalWriter out) {
    out.raw(",\"payload_hash\":\"").raw(payloadHash);
    out.raw("\",\"policy_engine_hash\":\"").raw(policyHash);
    out.raw("\",\"sender_pk_b64\":\"").raw(senderBase64).raw('"');
  }

  /** The members after the signature. */
  void swarmAndThread(CanonicalWriter out) {
    out.raw(",\"swarm_id\":").string(swarmId);
    out.raw(",\"thread_id\":\"").raw(threadId.text()).raw('"');
  }

  void end(CanonicalWriter out) {
    out.raw(",\"timestamp_ns\":\"").integer(timestampNs).raw("\",\"v\":1}");
  }
}
