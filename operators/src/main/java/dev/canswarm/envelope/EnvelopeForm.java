package dev.canswarm.envelope;

import dev.canswarm.json.CanonicalWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The canonical forms of an envelope's fields, written straight in the order of RFC 8785 (by name):
 * what the id covers, what the signature covers, and the whole. The names and their order are the
 * wire format.
 *
 * @param id null before it is known, and then only {@link #identified} may be asked for
 */
record EnvelopeForm(
    @Nullable String id,
    Kind kind,
    long lamport,
    @Nullable String needId,
    @Nullable String nonce,
    Iterable<String> parents,
    String payloadHash,
    String policyHash,
    String senderBase64,
    String swarmId,
    String threadId,
    long timestampNs) {

  /** Enough for the fixed fields and a few parents. */
  private static final int FIELDS_BYTES = 1024;

  private static final byte[] SIGNED_PREFIX =
      (EnvelopeIds.ENVELOPE_TAG + "\0").getBytes(StandardCharsets.US_ASCII);

  static EnvelopeForm of(Envelope envelope) {
    return new EnvelopeForm(
        envelope.id(),
        envelope.kind(),
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

  EnvelopeForm withId(String knownId) {
    return new EnvelopeForm(
        knownId,
        kind,
        lamport,
        needId,
        nonce,
        parents,
        payloadHash,
        policyHash,
        senderBase64,
        swarmId,
        threadId,
        timestampNs);
  }

  /** The fields that the id is the hash of: what it says, not when it was signed. */
  byte[] identified() {
    var out = new CanonicalWriter(FIELDS_BYTES).raw("{\"kind\":\"");
    upToParents(out);
    fromPayloadHash(out);
    return out.raw(",\"swarm_id\":").string(swarmId).raw(thread()).raw(",\"v\":1}").toBytes();
  }

  /** What the signature is over: the tag, a zero byte, and all fields but payload and signature. */
  byte[] signed() {
    var out = new CanonicalWriter(FIELDS_BYTES).raw(SIGNED_PREFIX);
    beginWithId(out);
    upToParents(out);
    fromPayloadHash(out);
    return end(out);
  }

  /** The whole envelope. */
  byte[] complete(byte[] canonicalPayload, byte[] signature) {
    var out = new CanonicalWriter(FIELDS_BYTES + canonicalPayload.length);
    beginWithId(out);
    upToParents(out);
    out.raw(",\"payload\":").raw(canonicalPayload);
    fromPayloadHash(out);
    out.raw(",\"sig_b64\":\"").raw(Base64.getEncoder().encode(signature)).raw('"');
    return end(out);
  }

  private void beginWithId(CanonicalWriter out) {
    if (id == null) {
      throw new IllegalStateException("expected the id to be known before it is written");
    }
    out.raw("{\"id\":\"").raw(id).raw("\",\"kind\":\"");
  }

  private void upToParents(CanonicalWriter out) {
    out.raw(kind.name()).raw("\",\"lamport\":").integer(lamport);
    if (needId != null) {
      out.raw(",\"need_id\":\"").raw(needId).raw('"');
    }
    if (nonce != null) {
      out.raw(",\"nonce\":").string(nonce);
    }
    out.raw(",\"parents\":[");
    boolean first = true;
    for (String parent : parents) {
      out.raw(first ? "\"" : ",\"").raw(parent).raw('"');
      first = false;
    }
    out.raw(']');
  }

  private void fromPayloadHash(CanonicalWriter out) {
    out.raw(",\"payload_hash\":\"").raw(payloadHash);
    out.raw("\",\"policy_engine_hash\":\"").raw(policyHash);
    out.raw("\",\"sender_pk_b64\":\"").raw(senderBase64).raw('"');
  }

  private byte[] end(CanonicalWriter out) {
    out.raw(",\"swarm_id\":").string(swarmId).raw(thread());
    return out.raw(",\"timestamp_ns\":\"").integer(timestampNs).raw("\",\"v\":1}").toBytes();
  }

  private String thread() {
    return ",\"thread_id\":\"" + threadId + "\"";
  }
}
