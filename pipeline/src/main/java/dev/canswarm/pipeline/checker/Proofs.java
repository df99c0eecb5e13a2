package dev.canswarm.pipeline.checker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hashes and signatures by the JDK alone. Thread-safe. */
final class Proofs {
  /** What stands before the 32 bytes of an Ed25519 key in X.509. */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final Map<String, PublicKey> keys = new ConcurrentHashMap<>();

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

  /** Whether the signature is the key's over tag, a zero byte and content. */
  boolean signed(String keyBase64, String signatureBase64, String tag, byte[] content) {
    try {
      Signature engine = Signature.getInstance("Ed25519");
      engine.initVerify(keys.computeIfAbsent(keyBase64, Proofs::key));
      engine.update(tagged(tag, content));
      return engine.verify(Base64.getDecoder().decode(signatureBase64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static PublicKey key(String base64) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(X509_PREFIX);
    encoded.writeBytes(Base64.getDecoder().decode(base64));
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no Ed25519 key: " + base64, e);
    }
  }
}
