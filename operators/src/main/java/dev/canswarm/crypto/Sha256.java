package dev.canswarm.crypto;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 (FIPS 180-4), plain and with a tag that keeps hashes of different things apart.
 * Thread-safe and without locks: every thread has its own digest.
 */
public final class Sha256 {
  /** Length of a hash. */
  public static final int HASH_BYTES = 32;

  /** Length of a hash in hex. */
  public static final int HEX_LENGTH = 2 * HASH_BYTES;

  private static final String ALGORITHM = "SHA-256";
  private static final HexFormat LOWER_HEX = HexFormat.of();
  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(Sha256::newDigest);

  private Sha256() {}

  /** The hash of the parts, one after the other. */
  public static byte[] hash(byte[]... parts) {
    MessageDigest digest = DIGEST.get();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /**
   * The hash of the {@code length} bytes from {@code offset}.
   *
   * @throws IndexOutOfBoundsException when the range is not inside the array
   */
  public static byte[] hash(byte[] bytes, int offset, int length) {
    var hash = new byte[HASH_BYTES];
    hash(bytes, offset, length, hash, 0);
    return hash;
  }

  /**
   * Writes the hash of the {@code length} bytes from {@code offset}, without making anything. Both
   * may be the same array.
   *
   * @throws IndexOutOfBoundsException when the range, or the {@value #HASH_BYTES} bytes to write,
   *     are not inside their array; nothing is written then
   */
  public static void hash(byte[] bytes, int offset, int length, byte[] out, int outOffset) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Objects.checkFromIndexSize(outOffset, HASH_BYTES, out.length);
    MessageDigest digest = DIGEST.get();
    digest.update(bytes, offset, length);
    try {
      digest.digest(out, outOffset, HASH_BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("there is room for every hash", e);
    }
  }

  /** Lower-case hex of {@link #hash}. */
  public static String hex(byte[]... parts) {
    return LOWER_HEX.formatHex(hash(parts));
  }

  /**
   * Lower-case hex of {@link #hash(byte[], int, int)}.
   *
   * @throws IndexOutOfBoundsException when the range is not inside the array
   */
  public static String hex(byte[] bytes, int offset, int length) {
    return LOWER_HEX.formatHex(hash(bytes, offset, length));
  }

  /**
   * Lower-case hex of the hash of {@code tag ‖ 0x00 ‖ content}.
   *
   * @param tag ASCII without a zero byte, such as {@code can-swarm/id/v1}
   */
  public static String hexTagged(String tag, byte[] content) {
    MessageDigest digest = DIGEST.get();
    digest.update(tag.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(content);
    return LOWER_HEX.formatHex(digest.digest());
  }

  /** Whether this is how a hash is written: 64 lower-case hex digits. */
  public static boolean isHex(String text) {
    if (text.length() != HEX_LENGTH) {
      return false;
    }
    // Copying the bytes once is cheaper than 64 bounds-checked charAt calls. A character
    // outside of Latin-1 becomes a question mark.
    for (byte c : text.getBytes(StandardCharsets.ISO_8859_1)) {
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** A digest of its own, for what comes in pieces. */
  public static MessageDigest newDigest() {
    try {
      Provider provider = Native.PROVIDER;
      return provider == null
          ? MessageDigest.getInstance(ALGORITHM)
          : MessageDigest.getInstance(ALGORITHM, provider);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  /**
   * The native provider, resolved at the first hash. The JDK's own digest is as fast only where the
   * optimizing compiler has replaced it, which is never in a JVM without that compiler, and takes a
   * while in others.
   */
  private static final class Native {
    private static final @Nullable Provider PROVIDER = find();

    private static @Nullable Provider find() {
      try {
        Provider provider = AccpProvider.load();
        return provider.getService("MessageDigest", ALGORITHM) == null ? null : provider;
      } catch (EngineUnavailableException e) {
        return null;
      }
    }
  }
}
