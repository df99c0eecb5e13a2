package dev.canswarm.crypto;

/** A decoded private key. Thread-safe. It never shows its secret in {@code toString}. */
public interface SigningKey {
  /** The public half. */
  PublicKey publicKey();

  /** The 64 bytes of the deterministic signature over the message (RFC 8032, section 5.1.6). */
  byte[] sign(byte[] message);
}
