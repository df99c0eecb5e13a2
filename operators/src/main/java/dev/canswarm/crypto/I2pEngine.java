package dev.canswarm.crypto;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SignatureException;
import java.util.Objects;
import net.i2p.crypto.eddsa.EdDSAEngine;
import net.i2p.crypto.eddsa.EdDSAPrivateKey;
import net.i2p.crypto.eddsa.EdDSAPublicKey;
import net.i2p.crypto.eddsa.spec.EdDSANamedCurveTable;
import net.i2p.crypto.eddsa.spec.EdDSAParameterSpec;
import net.i2p.crypto.eddsa.spec.EdDSAPrivateKeySpec;
import net.i2p.crypto.eddsa.spec.EdDSAPublicKeySpec;

/**
 * Ed25519 by net.i2p.crypto:eddsa, in Java alone, so it is always there. Not strict by itself: use
 * it behind {@link StrictEngine}. Keeps decoded public keys, since decoding costs as much as half a
 * verification. Thread-safe.
 */
public final class I2pEngine implements SignatureEngine {
  /** At most about twice this many decoded keys (some 20 KB each, with their tables) are kept. */
  public static final int DECODED_KEYS_GENERATION_MAX = 512;

  private static final EdDSAParameterSpec ED25519 =
      EdDSANamedCurveTable.getByName(EdDSANamedCurveTable.ED_25519);
  private static final ThreadLocal<EdDSAEngine> ENGINE =
      ThreadLocal.withInitial(I2pEngine::newEngine);

  private final BoundedCache<PublicKey, EdDSAPublicKey> decoded =
      new BoundedCache<>(DECODED_KEYS_GENERATION_MAX);

  @Override
  public String name() {
    return "i2p";
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "expected a seed of " + SEED_BYTES + " bytes, got " + seed.length);
    }
    return new I2pSigningKey(new EdDSAPrivateKey(new EdDSAPrivateKeySpec(seed.clone(), ED25519)));
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    EdDSAPublicKey point;
    try {
      point = decoded.get(key, I2pEngine::decode);
    } catch (IllegalArgumentException notOnTheCurve) {
      return false;
    }
    try {
      EdDSAEngine engine = ENGINE.get();
      engine.initVerify(point);
      return engine.verifyOneShot(message, offset, length, signature);
    } catch (InvalidKeyException | SignatureException e) {
      throw new IllegalStateException("a decoded key and 64 bytes are always taken", e);
    }
  }

  private static EdDSAPublicKey decode(PublicKey key) {
    return new EdDSAPublicKey(new EdDSAPublicKeySpec(key.toBytes(), ED25519));
  }

  private static EdDSAEngine newEngine() {
    try {
      return new EdDSAEngine(MessageDigest.getInstance(ED25519.getHashAlgorithm()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Ed25519 needs SHA-512, which this platform lacks", e);
    }
  }

  private static final class I2pSigningKey implements SigningKey {
    private final EdDSAPrivateKey key;
    private final PublicKey publicKey;

    I2pSigningKey(EdDSAPrivateKey key) {
      this.key = key;
      this.publicKey = PublicKey.of(key.getAbyte());
    }

    @Override
    public PublicKey publicKey() {
      return publicKey;
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, message.length);
      try {
        EdDSAEngine engine = ENGINE.get();
        engine.initSign(key);
        return engine.signOneShot(message, offset, length);
      } catch (InvalidKeyException | SignatureException e) {
        throw new IllegalStateException("a decoded key signs every message", e);
      }
    }

    @Override
    public String toString() {
      return "signing key of " + publicKey;
    }
  }
}
