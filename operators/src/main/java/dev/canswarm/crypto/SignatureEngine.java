package dev.canswarm.crypto;

/**
 * Ed25519 (RFC 8032, pure, no context). Every engine accepts and refuses exactly the same inputs:
 * verification is strict (S &lt; L, canonical A and R, neither of small order, no cofactor).
 * Implementations are thread-safe and never block.
 */
public interface SignatureEngine {
  /** Length of a signature. */
  int SIGNATURE_BYTES = 64;

  /** Length of a private key's seed. */
  int SEED_BYTES = 32;

  /** The engine's name in settings and reports: {@code i2p}, {@code accp}, {@code jdk}. */
  String name();

  /**
   * Decodes a private key once, for many signatures.
   *
   * @param seed 32 bytes (RFC 8032, section 5.1.5); the caller keeps and may clear its array
   * @throws IllegalArgumentException for another length
   */
  SigningKey signingKey(byte[] seed);

  /**
   * Whether the signature is this key's over the message. Malformed input is false, never an error.
   */
  default boolean verify(PublicKey key, byte[] message, byte[] signature) {
    return verify(key, message, 0, message.length, signature);
  }

  /**
   * {@link #verify(PublicKey, byte[], byte[])} of the {@code length} bytes from {@code offset}. No
   * array is written to or kept.
   *
   * @throws IndexOutOfBoundsException when the range is not inside {@code message}
   */
  boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature);
}
