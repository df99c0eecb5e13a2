package dev.canswarm.simulation.checker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.i2p.crypto.eddsa.EdDSAEngine;
import net.i2p.crypto.eddsa.EdDSAPublicKey;

/**
 * Hashes with the JDK and verifies signatures with i2p's library, which the swarm itself uses only
 * when nothing faster loads; the JDK's own Ed25519 takes several times as long. Thread-safe.
 */
final class Proofs {
  /** The X.509 prefix of the 32 bytes of an Ed25519 key. */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final Map<String, EdDSAPublicKey> keys = new ConcurrentHashMap<>();

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256(bytes));
  }

  static String hexTagged(String tag, byte[] content) {
    return hex(tagged(tag, content));
  }

  private static byte[] tagged(String tag, byte[] content) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(tag.getBytes(StandardCharsets.US_ASCII));
    all.write(0);
    all.writeBytes(content);
    return all.toByteArray();
  }

  /** Whether the signature by this key over tag, a zero byte and content is valid. */
  boolean signed(String keyBase64, String signatureBase64, String tag, byte[] content) {
    try {
      EdDSAEngine engine = new EdDSAEngine(MessageDigest.getInstance("SHA-512"));
      engine.initVerify(keys.computeIfAbsent(keyBase64, Proofs::key));
      return engine.verifyOneShot(
          tagged(tag, content), Base64.getDecoder().decode(signatureBase64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static EdDSAPublicKey key(String base64) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(X509_PREFIX);
    encoded.writeBytes(Base64.getDecoder().decode(base64));
    try {
      return new EdDSAPublicKey(new X509EncodedKeySpec(encoded.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no Ed25519 key: " + base64, e);
    }
  }
}
