package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import java.util.List;

/**
 * A signature, what it is over, and the envelope that carries it.
 *
 * @param envelope canonical, as it comes from the wire
 */
public record Signed(PublicKey key, byte[] message, byte[] signature, byte[] envelope) {
  /** Signed NEEDs with payloads of that size, by several keys in turn. */
  public static Ring<Signed> ring(SignatureEngine engine, int payloadBytes) {
    EnvelopeCodec codec = Messages.codec(engine);
    List<SigningKey> keys = Messages.keys(engine);
    return Ring.ofSized(
        payloadBytes,
        i -> {
          Envelope envelope =
              codec.sign(
                  Messages.ofBytes(payloadBytes, i).draft(),
                  keys.get(i % keys.size()),
                  Messages.TIMESTAMP_NS);
          return new Signed(
              envelope.sender(),
              Messages.signedBytes(envelope),
              envelope.signature(),
              envelope.bytes());
        });
  }

  /** Signatures over bytes without a pattern, in no envelope. */
  public static Ring<Signed> ofRandomBytes(SignatureEngine engine, int messageBytes) {
    List<SigningKey> keys = Messages.keys(engine);
    return Ring.ofSized(
        messageBytes,
        i -> {
          SigningKey key = keys.get(i % keys.size());
          byte[] message = RandomBytes.of(messageBytes, i);
          return new Signed(key.publicKey(), message, key.sign(message), new byte[0]);
        });
  }

  /**
   * True; a benchmark that refuses its inputs measures something else.
   *
   * @throws IllegalStateException for a signature that does not verify
   */
  public boolean verifiedBy(SignatureEngine engine) {
    if (!engine.verify(key, message, signature)) {
      throw new IllegalStateException("expected a signature that verifies, by " + engine.name());
    }
    return true;
  }
}
