package dev.canswarm.crypto;

/**
 * A private key: decoded in this process, or kept elsewhere. Thread-safe. It never shows its secret
 * in {@code toString}.
 */
public interface SigningKey {
  /** The key by which others verify this key's signatures. */
  PublicKey publicKey();

  /** The 64 bytes of the deterministic signature over the message (RFC 8032, section 5.1.6). */
  default byte[] sign(byte[] message) {
    return sign(message, 0, message.length);
  }

  /**
   * The signature over the {@code length} bytes from {@code offset}. The array is neither written
   * to nor kept.
   *
   * @throws IndexOutOfBoundsException when the range is not inside {@code message}
   * @throws SigningException when a key that is kept elsewhere gives no signature that verifies
   */
  byte[] sign(byte[] message, int offset, int length);

  /**
   * Whether signing waits for another process: it must not be done on a thread that may not block.
   */
  default boolean mayBlock() {
    return false;
  }

  /**
   * Whether signing is likely to succeed now; false for a while after a key that is kept elsewhere
   * failed.
   */
  default boolean isAvailable() {
    return true;
  }
}
