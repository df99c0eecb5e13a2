package dev.canswarm.envelope;

import dev.canswarm.crypto.Base64Text;
import dev.canswarm.crypto.Hex;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.CanonicalWriter;
import java.nio.charset.StandardCharsets;

/**
 * Makes a signed envelope: its bytes are written once, with room for what is only known from them
 * (both hashes and the signature), which is filled in where it belongs. For one envelope; not
 * thread-safe.
 */
final class EnvelopeWriter {
  private static final String HASH_ROOM = "0".repeat(Sha256.HEX_LENGTH);
  private static final String SIGNATURE_ROOM =
      "A".repeat(Base64Text.lengthOf(SignatureEngine.SIGNATURE_BYTES));

  private static final String PAYLOAD = ",\"payload\":";
  private static final String SIGNATURE = ",\"sig_b64\":\"";
  private static final int ID_START = "{\"id\":\"".length();
  private static final int PAYLOAD_HASH_START = ",\"payload_hash\":\"".length();

  private final String swarmId;
  private final Draft draft;
  private final SigningKey key;
  private final long timestampNs;
  private final CoveredRanges covered = new CoveredRanges();
  private int payloadStart;

  EnvelopeWriter(String swarmId, Draft draft, SigningKey key, long timestampNs) {
    this.swarmId = swarmId;
    this.draft = draft;
    this.key = key;
    this.timestampNs = timestampNs;
  }

  /**
   * The envelope of a draft that keeps the rules of its fields.
   *
   * @throws RefusedException for a payload that is not I-JSON, or an envelope beyond the limits
   */
  Envelope sign(EnvelopeLimits limits) {
    Scratch scratch = Scratch.ofThread();
    CanonicalWriter out = scratch.writer();
    write(out, limits.depthMax());
    limits.check(out.length());
    byte[] bytes = out.toBytes();
    byte[] hash = scratch.hash;
    Sha256.hash(bytes, payloadStart, covered.payloadEnd - payloadStart, hash, 0);
    int payloadHashStart = covered.payloadEnd + PAYLOAD_HASH_START;
    Hex.write(hash, 0, hash.length, bytes, payloadHashStart);
    covered.hashIdentified(bytes, scratch, hash);
    Hex.write(hash, 0, hash.length, bytes, ID_START);
    byte[] message = covered.forSigned(bytes, scratch);
    byte[] signature = key.sign(message, 0, covered.signed(bytes, message));
    int signatureStart = covered.senderEnd + SIGNATURE.length();
    Base64Text.write(signature, 0, signature.length, bytes, signatureStart);
    return Envelope.signed(
        draft,
        new Envelope.Signing(
            new EnvelopeId(hashAt(bytes, ID_START)),
            hashAt(bytes, payloadHashStart),
            swarmId,
            key.publicKey(),
            timestampNs,
            signature,
            bytes));
  }

  private void write(CanonicalWriter out, int depthMax) {
    var form = EnvelopeForm.of(draft, HASH_ROOM, key.publicKey().base64(), swarmId, timestampNs);
    form.toParents(out);
    covered.parentsEnd = out.length();
    out.raw(PAYLOAD);
    payloadStart = out.length();
    payload(out, depthMax - 1);
    covered.payloadEnd = out.length();
    form.fromPayloadHash(out);
    covered.senderEnd = out.length();
    out.raw(SIGNATURE).raw(SIGNATURE_ROOM).raw('"');
    covered.signatureEnd = out.length();
    form.swarmAndThread(out);
    covered.threadEnd = out.length();
    form.end(out);
  }

  private void payload(CanonicalWriter out, int depthMax) {
    try {
      CanonicalJson.write(draft.payload(), depthMax, out);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.MALFORMED_JSON, "payload: " + e.getMessage(), e);
    }
  }

  private static String hashAt(byte[] bytes, int start) {
    return new String(bytes, start, Sha256.HEX_LENGTH, StandardCharsets.ISO_8859_1);
  }
}
