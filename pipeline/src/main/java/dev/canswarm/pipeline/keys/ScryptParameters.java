package dev.canswarm.pipeline.keys;

import dev.canswarm.pipeline.keys.KeyFileException.Problem;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.crypto.generators.SCrypt;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of scrypt (RFC 7914), which makes a key from a passphrase at a cost in memory and
 * time. They are bounded, since they come from a file: a user who can write one must not be able to
 * exhaust the reader's memory. Immutable.
 */
final class ScryptParameters {
  /** Most memory that one derivation may take, in bytes. */
  static final long MEMORY_BYTES_MAX = 128L << 20;

  /** Most passes over that memory: with the memory, a bound on the time. */
  static final int PASSES_MAX = 16;

  /** Length of a salt that this program makes, in bytes. */
  static final int SALT_BYTES = 16;

  static final int SALT_BYTES_MIN = 8;
  static final int SALT_BYTES_MAX = 64;

  /** Length of the derived key, in bytes: of AES-256. */
  static final int KEY_BYTES = 32;

  /** Cost of new files: 32 MiB in three passes, one of OWASP's equivalent recommendations. */
  private static final int DEFAULT_N = 1 << 15;

  private static final int DEFAULT_R = 8;
  private static final int DEFAULT_P = 3;
  private static final int BLOCK_BYTES = 128;

  private final int n;
  private final int r;
  private final int p;
  private final byte[] salt;

  private ScryptParameters(int n, int r, int p, byte[] salt) {
    this.n = n;
    this.r = r;
    this.p = p;
    this.salt = salt.clone();
  }

  /** The parameters of new files. */
  static ScryptParameters withSalt(byte[] salt) {
    return new ScryptParameters(DEFAULT_N, DEFAULT_R, DEFAULT_P, salt);
  }

  /**
   * Parameters from a file.
   *
   * @throws KeyFileException TOO_COSTLY past the bounds; BAD_FORM for what scrypt does not define
   */
  static ScryptParameters of(long n, long r, long p, byte[] salt) throws KeyFileException {
    // With r of 1, RFC 7914 defines n below 2^16 only.
    if (n < 2 || Long.bitCount(n) != 1 || r < 1 || p < 1 || (r == 1 && n >= 1 << 16)) {
      throw new KeyFileException(
          Problem.BAD_FORM,
          "key/kdf: expected n as a power of two from 2 and below 2^(16·r), r and p from 1, got n=%d,"
                  .formatted(n)
              + " r=%d, p=%d".formatted(r, p));
    }
    if (salt.length < SALT_BYTES_MIN || salt.length > SALT_BYTES_MAX) {
      throw new KeyFileException(
          Problem.BAD_FORM,
          "key/kdf/salt: expected %d to %d bytes, got %d"
              .formatted(SALT_BYTES_MIN, SALT_BYTES_MAX, salt.length));
    }
    long blocksMax = MEMORY_BYTES_MAX / BLOCK_BYTES;
    if (n > blocksMax || r > blocksMax / n || p > PASSES_MAX) {
      throw new KeyFileException(
          Problem.TOO_COSTLY,
          "key/kdf: expected at most %d bytes (128·n·r) and p of at most %d, got n=%d, r=%d, p=%d"
              .formatted(MEMORY_BYTES_MAX, PASSES_MAX, n, r, p));
    }
    return new ScryptParameters((int) n, (int) r, (int) p, salt);
  }

  /** Returns the 32-byte key; takes a fraction of a second, and memory up to the bound. */
  byte[] derive(byte[] passphrase) {
    return SCrypt.generate(passphrase, salt, n, r, p, KEY_BYTES);
  }

  int n() {
    return n;
  }

  int r() {
    return r;
  }

  int p() {
    return p;
  }

  byte[] salt() {
    return salt.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScryptParameters that
        && n == that.n
        && r == that.r
        && p == that.p
        && Arrays.equals(salt, that.salt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(n, r, p, Arrays.hashCode(salt));
  }

  @Override
  public String toString() {
    return "scrypt n=%d r=%d p=%d".formatted(n, r, p);
  }
}
