package dev.canswarm.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 public key: 32 bytes (RFC 8032, section 5.1.5). Ordered by its base64 form. Immutable.
 */
public final class PublicKey implements Comparable<PublicKey> {
  /** Length of an encoded key. */
  public static final int LENGTH_BYTES = 32;

  /** Length of a key's base64 form. */
  public static final int BASE64_LENGTH = 44;

  /**
   * Number of cached keys, by their base64, so that envelopes of a recent sender share one key. A
   * power of two; on a collision the newer key replaces the older.
   */
  static final int KNOWN_MAX = 1024;

  private static final AtomicReferenceArray<@Nullable PublicKey> KNOWN =
      new AtomicReferenceArray<>(KNOWN_MAX);

  private final byte[] bytes;
  private final int hash;
  private final boolean usablePoint;

  /** Made when it is first asked for; several threads may each make an equal one. */
  private @Nullable String base64;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
    this.usablePoint = Ed25519Encoding.isUsablePoint(bytes, 0);
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
    return new PublicKey(bytes.clone());
  }

  /**
   * A key from base64 with padding (RFC 4648, section 4). Only the one canonical spelling is taken:
   * two spellings of one key would be two senders.
   *
   * @throws IllegalArgumentException when it is not base64 of 32 bytes, or not its canonical
   *     spelling
   */
  public static PublicKey ofBase64(String text) {
    PublicKey key =
        text.length() == BASE64_LENGTH
            ? ofBase64(text.getBytes(StandardCharsets.ISO_8859_1), 0)
            : null;
    if (key == null) {
      throw new IllegalArgumentException(
          "expected a public key as canonical base64 (%d characters with padding, of %d bytes), got %s"
              .formatted(BASE64_LENGTH, LENGTH_BYTES, text));
    }
    return key;
  }

  /**
   * The key that the {@value #BASE64_LENGTH} ASCII bytes from {@code offset} spell, as {@link
   * #ofBase64(String)} reads them; null when they spell none. A recently used key is returned from
   * the cache.
   *
   * @throws IndexOutOfBoundsException when there are fewer bytes from {@code offset}
   */
  public static @Nullable PublicKey ofBase64(byte[] text, int offset) {
    var bytes = new byte[LENGTH_BYTES];
    if (!Base64Text.read(text, offset, bytes, 0, LENGTH_BYTES)) {
      return null;
    }
    int place = Ed25519Encoding.word(bytes, 0) & KNOWN_MAX - 1;
    PublicKey known = KNOWN.get(place);
    if (known != null && Arrays.equals(known.bytes, bytes)) {
      return known;
    }
    var key = new PublicKey(bytes);
    KNOWN.set(place, key);
    return key;
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Whether {@link Ed25519Encoding#isUsablePoint} holds for the 32 bytes; computed once. */
  boolean isUsablePoint() {
    return usablePoint;
  }

  /** The canonical base64 form: {@value #BASE64_LENGTH} characters with padding. */
  public String base64() {
    String text = base64;
    if (text == null) {
      text = new String(base64Bytes(), StandardCharsets.ISO_8859_1);
      base64 = text;
    }
    return text;
  }

  /**
   * Writes the {@value #BASE64_LENGTH} bytes of {@link #base64}.
   *
   * @throws IndexOutOfBoundsException when they do not fit
   */
  public void writeBase64(byte[] out, int offset) {
    Base64Text.write(bytes, 0, LENGTH_BYTES, out, offset);
  }

  private byte[] base64Bytes() {
    var text = new byte[BASE64_LENGTH];
    writeBase64(text, 0);
    return text;
  }

  @Override
  public int compareTo(PublicKey other) {
    return base64().compareTo(other.base64());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return base64();
  }
}
