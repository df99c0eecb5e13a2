package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import java.util.List;

/**
 * A signed message with its public key and its envelope.
 *
 * @param message the bytes that the signature covers
 * @param envelope the canonical envelope as received; empty if there is none
 */
public record SignedMessage(PublicKey key, byte[] message, byte[] signature, byte[] envelope) {
  /** Returns signed NEEDs with payloads of that size; several keys take turns. */
  public static Ring<SignedMessage> ring(SignatureEngine engine, int payloadBytes) {
    EnvelopeCodec codec = NeedParts.codec(engine);
    List<SigningKey> keys = NeedParts.keys(engine);
    return Ring.ofSized(
        payloadBytes,
        i -> {
          Envelope envelope =
              codec.sign(
                  NeedParts.ofBytes(payloadBytes, i).draft(),
                  keys.get(i % keys.size()),
                  NeedParts.TIMESTAMP_NS);
          return new SignedMessage(
              envelope.sender(),
              NeedParts.signedBytes(envelope),
              envelope.signature(),
              envelope.bytes());
        });
  }

  /** Returns signatures over random bytes, without envelopes. */
  public static Ring<SignedMessage> ofRandomBytes(SignatureEngine engine, int messageBytes) {
    List<SigningKey> keys = NeedParts.keys(engine);
    return Ring.ofSized(
        messageBytes,
        i -> {
          SigningKey key = keys.get(i % keys.size());
          byte[] message = RandomBytes.of(messageBytes, i);
          return new SignedMessage(key.publicKey(), message, key.sign(message), new byte[0]);
        });
  }

  /**
   * Verifies the signature.
   *
   * @return true, always: with inputs that are refused, a benchmark would measure something else
   * @throws IllegalStateException if the signature does not verify
   */
  public boolean verifiedBy(SignatureEngine engine) {
    if (!engine.verify(key, message, signature)) {
      throw new IllegalStateException("expected a signature that verifies, by " + engine.name());
    }
    return true;
  }
}
