package dev.canswarm.pipeline.keys;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.keys.KeyFileException.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A private key's seed, encrypted with AES-256-GCM under a key that scrypt makes from a passphrase.
 * The public key and all parameters are authenticated: a file in which any of them was changed does
 * not open. Immutable.
 */
public final class EncryptedSeed {
  /** Most bytes of a file. */
  public static final int FILE_BYTES_MAX = 4096;

  private static final String FORMAT = "can-swarm/key/v1";
  private static final String KDF = "scrypt";
  private static final String CIPHER = "aes-256-gcm";
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int CIPHERTEXT_BYTES = SignatureEngine.SEED_BYTES + TAG_BYTES;
  private static final int DEPTH_MAX = 4;

  private final PublicKey publicKey;
  private final ScryptParameters parameters;
  private final byte[] nonce;
  private final byte[] ciphertext;

  private EncryptedSeed(
      PublicKey publicKey, ScryptParameters parameters, byte[] nonce, byte[] ciphertext) {
    this.publicKey = publicKey;
    this.parameters = parameters;
    this.nonce = nonce;
    this.ciphertext = ciphertext;
  }

  /** Whether a file's content is meant to be an encrypted seed: a JSON object. */
  public static boolean looksLike(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1).stripLeading().startsWith("{");
  }

  /**
   * Encrypts a seed.
   *
   * @param publicKey the seed's
   * @throws IllegalStateException if there is no passphrase
   */
  public static EncryptedSeed seal(
      byte[] seed, PublicKey publicKey, KeyPassphrase passphrase, SecureRandom random) {
    ScryptParameters parameters = passphrase.fresh(random);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    var unsealed = new EncryptedSeed(publicKey, parameters, nonce, new byte[0]);
    try {
      byte[] ciphertext = unsealed.cipher(Cipher.ENCRYPT_MODE, passphrase).doFinal(seed);
      return new EncryptedSeed(publicKey, parameters, nonce, ciphertext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks " + TRANSFORMATION, e);
    }
  }

  /**
   * Reads a file's content.
   *
   * @throws KeyFileException BAD_FORM, TOO_COSTLY
   */
  public static EncryptedSeed parse(byte[] content) throws KeyFileException {
    if (content.length > FILE_BYTES_MAX) {
      throw bad("expected at most " + FILE_BYTES_MAX + " bytes, got " + content.length);
    }
    try {
      ObjectReader in =
          new ObjectReader(
              StrictJson.parseObject(content, new JsonLimits(FILE_BYTES_MAX, DEPTH_MAX)), "key");
      expect(in, "format", FORMAT);
      ObjectReader kdf = in.requiredReader("kdf");
      expect(kdf, "name", KDF);
      ScryptParameters parameters =
          ScryptParameters.of(
              integer(kdf, "n"), integer(kdf, "r"), integer(kdf, "p"), bytes(kdf, "salt"));
      kdf.noOthers();
      ObjectReader cipher = in.requiredReader("cipher");
      expect(cipher, "name", CIPHER);
      byte[] nonce = bytes(cipher, "nonce", NONCE_BYTES);
      cipher.noOthers();
      PublicKey publicKey = PublicKey.of(bytes(in, "public_key", PublicKey.LENGTH_BYTES));
      byte[] ciphertext = bytes(in, "ciphertext", CIPHERTEXT_BYTES);
      in.noOthers();
      return new EncryptedSeed(publicKey, parameters, nonce, ciphertext);
    } catch (JsonException | ShapeException e) {
      throw new KeyFileException(Problem.BAD_FORM, String.valueOf(e.getMessage()), e);
    }
  }

  private static void expect(ObjectReader in, String name, String expected)
      throws KeyFileException {
    String actual = in.requiredString(name);
    if (!actual.equals(expected)) {
      throw bad("%s: expected %s, got %s".formatted(in.where(name), expected, actual));
    }
  }

  private static long integer(ObjectReader in, String name) {
    // What an int holds; ScryptParameters refuses what would take too much memory or time.
    return in.requiredSafeInteger(name, 0, Integer.MAX_VALUE);
  }

  private static byte[] bytes(ObjectReader in, String name, int length) throws KeyFileException {
    byte[] bytes = bytes(in, name);
    if (bytes.length != length) {
      throw bad("%s: expected %d bytes, got %d".formatted(in.where(name), length, bytes.length));
    }
    return bytes;
  }

  private static byte[] bytes(ObjectReader in, String name) throws KeyFileException {
    try {
      return Base64.getDecoder().decode(in.requiredString(name));
    } catch (IllegalArgumentException notBase64) {
      throw new KeyFileException(
          Problem.BAD_FORM, in.where(name) + ": expected base64, got another text", notBase64);
    }
  }

  private static KeyFileException bad(String message) {
    return new KeyFileException(Problem.BAD_FORM, message);
  }

  /**
   * Decrypts the seed.
   *
   * @throws KeyFileException NOT_OPENED for another passphrase or a changed file
   * @throws IllegalStateException if there is no passphrase
   */
  public byte[] open(KeyPassphrase passphrase) throws KeyFileException {
    try {
      return cipher(Cipher.DECRYPT_MODE, passphrase).doFinal(ciphertext);
    } catch (AEADBadTagException wrong) {
      throw new KeyFileException(
          Problem.NOT_OPENED, "the passphrase is another one, or the file was changed", wrong);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks " + TRANSFORMATION, e);
    }
  }

  private Cipher cipher(int mode, KeyPassphrase passphrase) throws GeneralSecurityException {
    byte[] key = passphrase.key(parameters);
    try {
      Cipher cipher = Cipher.getInstance(TRANSFORMATION);
      cipher.init(
          mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
      cipher.updateAAD(CanonicalJson.write(authenticated().build()));
      return cipher;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private JsonObject.Builder authenticated() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("public_key", publicKey.base64())
        .put(
            "kdf",
            JsonObject.builder()
                .put("name", KDF)
                .put("n", parameters.n())
                .put("r", parameters.r())
                .put("p", parameters.p())
                .put("salt", base64(parameters.salt()))
                .build())
        .put(
            "cipher", JsonObject.builder().put("name", CIPHER).put("nonce", base64(nonce)).build());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns the file's content: one line of canonical JSON. */
  public byte[] toBytes() {
    byte[] json =
        CanonicalJson.write(authenticated().put("ciphertext", base64(ciphertext)).build());
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /** Returns the public key, which can be read without the passphrase. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Returns what made the key of the cipher, and the cipher, for people. */
  public String describe() {
    return parameters + ", " + CIPHER;
  }

  /** Returns a text without the seed, for logs. */
  @Override
  public String toString() {
    return "EncryptedSeed of " + publicKey;
  }
}
