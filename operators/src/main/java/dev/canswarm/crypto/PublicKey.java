package dev.canswarm.crypto;

import java.util.Arrays;
import java.util.Base64;

/**
 * An Ed25519 public key: 32 bytes (RFC 8032, section 5.1.5). Ordered by its base64 form. Immutable.
 */
public final class PublicKey implements Comparable<PublicKey> {
  /** Length of an encoded key. */
  public static final int LENGTH_BYTES = 32;

  private final byte[] bytes;
  private final String base64;

  private PublicKey(byte[] bytes, String base64) {
    this.bytes = bytes;
    this.base64 = base64;
  }

  /**
   * A key from its 32 bytes; whether they are a point of the curve shows when it is used.
   *
   * @throws IllegalArgumentException for another length
   */
  public static PublicKey of(byte[] bytes) {
    if (bytes.length != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "expected a public key of " + LENGTH_BYTES + " bytes, got " + bytes.length);
    }
    byte[] copy = bytes.clone();
    return new PublicKey(copy, Base64.getEncoder().encodeToString(copy));
  }

  /**
   * A key from base64 with padding (RFC 4648, section 4). Only the one canonical spelling is taken:
   * two spellings of one key would be two senders.
   *
   * @throws IllegalArgumentException when it is not base64 of 32 bytes, or not its canonical
   *     spelling
   */
  public static PublicKey ofBase64(String text) {
    PublicKey key = of(Base64.getDecoder().decode(text));
    if (!key.base64.equals(text)) {
      throw new IllegalArgumentException(
          "expected canonical base64 " + key.base64 + ", got " + text);
    }
    return key;
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** {@link Ed25519Encoding#isUsablePoint} of the 32 bytes, without a copy. */
  boolean isUsablePoint() {
    return Ed25519Encoding.isUsablePoint(bytes, 0);
  }

  /** Base64 with padding. */
  public String base64() {
    return base64;
  }

  @Override
  public int compareTo(PublicKey other) {
    return base64.compareTo(other.base64);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return base64;
  }
}
