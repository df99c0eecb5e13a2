package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;

/**
 * Signs, reads and verifies envelopes of one swarm (docs/spec/envelope.md). Whatever is wrong with
 * an envelope is a {@link RefusedException} with the first reason found, in the order of the
 * specification. Immutable and thread-safe; nothing here blocks.
 */
public final class EnvelopeCodec {
  private final String swarmId;
  private final SignatureEngine engine;
  private final EnvelopeLimits limits;

  /**
   * A codec for one swarm.
   *
   * @param swarmId 1 to 128 of {@code A-Z a-z 0-9 . _ : -}
   * @param engine a strict one
   * @throws IllegalArgumentException for a swarm id of another form
   */
  public EnvelopeCodec(String swarmId, SignatureEngine engine, EnvelopeLimits limits) {
    if (!EnvelopeIds.isThreadId(swarmId)) {
      throw new IllegalArgumentException(
          "swarm id: expected 1 to 128 of A-Z a-z 0-9 . _ : -, got " + swarmId);
    }
    this.swarmId = swarmId;
    this.engine = engine;
    this.limits = limits;
  }

  /**
   * Signs a draft. The same draft, key and time give the same bytes; another time gives the same
   * id.
   *
   * @param timestampNs nanoseconds since 1970, not negative
   * @throws RefusedException for a draft that {@link #decode} would refuse
   */
  public Envelope sign(Draft draft, SigningKey key, long timestampNs) {
    check(draft, timestampNs);
    byte[] payload = canonical(draft.payload());
    var unnamed =
        new EnvelopeForm(
            null,
            draft.kind(),
            draft.lamport(),
            draft.needId(),
            draft.nonce(),
            draft.parents(),
            Sha256.hex(payload),
            draft.policyHash(),
            key.publicKey().base64(),
            swarmId,
            draft.threadId(),
            timestampNs);
    String id = Sha256.hexTagged(EnvelopeIds.ID_TAG, unnamed.identified());
    EnvelopeForm form = unnamed.withId(id);
    byte[] signature = key.sign(form.signed());
    byte[] bytes = form.complete(payload, signature);
    checkSize(bytes.length);
    return new Envelope(
        id,
        swarmId,
        draft.threadId(),
        draft.kind(),
        draft.needId(),
        draft.lamport(),
        key.publicKey(),
        draft.parents(),
        draft.nonce(),
        draft.policyHash(),
        form.payloadHash(),
        timestampNs,
        draft.payload(),
        signature,
        bytes);
  }

  /**
   * Reads an envelope and checks everything but its signature. The input need not be canonical;
   * {@link Envelope#bytes} is.
   *
   * @throws RefusedException for bytes that are no envelope of this swarm
   */
  public Envelope decode(byte[] bytes) {
    EnvelopeReader in = read(bytes);
    EnvelopeForm form = in.form();
    byte[] payload = canonical(in.payload());
    expectHash(
        Reason.BAD_ID, "id", Sha256.hexTagged(EnvelopeIds.ID_TAG, form.identified()), in.id());
    expectHash(Reason.BAD_PAYLOAD_HASH, "payload_hash", Sha256.hex(payload), form.payloadHash());
    byte[] canonicalBytes = form.complete(payload, in.signature());
    checkSize(canonicalBytes.length);
    return new Envelope(
        in.id(),
        form.swarmId(),
        form.threadId(),
        form.kind(),
        form.needId(),
        form.lamport(),
        in.sender(),
        in.parents(),
        form.nonce(),
        form.policyHash(),
        form.payloadHash(),
        form.timestampNs(),
        in.payload(),
        in.signature(),
        canonicalBytes);
  }

  /**
   * Checks the signature of an envelope that {@link #decode} returned.
   *
   * @throws RefusedException BAD_SIGNATURE when it is not the sender's
   */
  public void verify(Envelope envelope) {
    byte[] message = EnvelopeForm.of(envelope).signed();
    if (!engine.verify(envelope.sender(), message, envelope.signature())) {
      throw FieldRules.refused(
          Reason.BAD_SIGNATURE,
          "sig_b64",
          "the signature of " + envelope.sender() + " over envelope " + envelope.id(),
          "one that does not verify");
    }
  }

  /**
   * {@link #decode}, then {@link #verify}.
   *
   * @throws RefusedException for the first reason found
   */
  public Envelope decodeAndVerify(byte[] bytes) {
    Envelope envelope = decode(bytes);
    verify(envelope);
    return envelope;
  }

  private EnvelopeReader read(byte[] bytes) {
    try {
      return EnvelopeReader.read(object(bytes), swarmId);
    } catch (ShapeException e) {
      throw new RefusedException(Reason.BAD_SHAPE, String.valueOf(e.getMessage()), e);
    }
  }

  private JsonObject object(byte[] bytes) {
    checkSize(bytes.length);
    try {
      if (StrictJson.parse(bytes, limits.json()) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonException e) {
      throw new RefusedException(Reason.MALFORMED_JSON, String.valueOf(e.getMessage()), e);
    }
    throw FieldRules.refused(Reason.BAD_SHAPE, "envelope", "an object", "another JSON value");
  }

  private static void check(Draft draft, long timestampNs) {
    FieldRules.needId(draft.kind(), draft.needId());
    FieldRules.nonce(draft.kind(), draft.nonce());
    FieldRules.hash("policy_engine_hash", draft.policyHash());
    FieldRules.parents(draft.kind(), draft.parents());
    FieldRules.threadId(draft.threadId());
    FieldRules.lamport(draft.lamport(), draft.parents());
    if (timestampNs < 0) {
      throw FieldRules.refused(
          Reason.BAD_SHAPE, "timestamp_ns", "a time since 1970", String.valueOf(timestampNs));
    }
  }

  private byte[] canonical(JsonObject payload) {
    try {
      return CanonicalJson.write(payload, limits.depthMax() - 1);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.MALFORMED_JSON, "payload: " + e.getMessage(), e);
    }
  }

  private void checkSize(int bytes) {
    if (bytes > limits.bytesMax()) {
      throw FieldRules.refused(
          Reason.TOO_LARGE,
          "envelope",
          "at most " + limits.bytesMax() + " bytes",
          String.valueOf(bytes));
    }
  }

  private static void expectHash(Reason reason, String where, String expected, String actual) {
    if (!expected.equals(actual)) {
      throw FieldRules.refused(reason, where, expected, actual);
    }
  }
}
