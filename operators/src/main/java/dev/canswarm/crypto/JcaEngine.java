package dev.canswarm.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Ed25519 by a provider of the Java Cryptography Architecture, which is handed in and need not be
 * registered. Not strict by itself: use it behind {@link StrictEngine}. A key is decoded once and
 * kept with the signatures that hold it. Falls back to the Java engine when the provider throws or
 * the message is too long, so that every provider gives the same verdict. Thread-safe.
 */
final class JcaEngine implements SignatureEngine {
  static final String ALGORITHM = "Ed25519";

  /**
   * At most about twice this many decoded keys are kept, some 2 KB for each thread that uses it.
   */
  static final int DECODED_KEYS_GENERATION_MAX = 512;

  /**
   * A signature that has seen a longer message is not kept: providers gather the message in a
   * buffer that never shrinks.
   */
  static final int MESSAGE_KEPT_BYTES_MAX = 1 << 16;

  /**
   * The bytes that RFC 8410 puts before the 32 bytes of a public key, and of a private key's seed.
   */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final String name;
  private final Provider provider;
  private final int messageBytesMax;
  private final SignatureEngine portable = new I2pEngine();
  private final BoundedCache<PublicKey, SignaturePool> decoded =
      new BoundedCache<>(DECODED_KEYS_GENERATION_MAX);

  /**
   * @param messageBytesMax the longest message that the provider takes
   */
  JcaEngine(String name, Provider provider, int messageBytesMax) {
    this.name = name;
    this.provider = provider;
    this.messageBytesMax = messageBytesMax;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    SigningKey inJava = portable.signingKey(seed);
    try {
      byte[] encoded = joined(PKCS8_PREFIX, seed);
      PrivateKey key =
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      Arrays.fill(encoded, (byte) 0);
      return new JcaSigningKey(new SignaturePool(() -> signer(key)), inJava);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every " + SEED_BYTES + " bytes are a seed", e);
    }
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature) {
    Objects.checkFromIndexSize(offset, length, message.length);
    if (length > messageBytesMax || signature.length != SIGNATURE_BYTES) {
      return portable.verify(key, message, offset, length, signature);
    }
    try {
      SignaturePool pool = decoded.get(key, this::verifiers);
      Signature verifier = pool.take();
      verifier.update(message, offset, length);
      boolean valid = verifier.verify(signature);
      if (length <= MESSAGE_KEPT_BYTES_MAX) {
        pool.give(verifier);
      }
      return valid;
    } catch (GeneralSecurityException | KeyNotTakenException noVerdict) {
      return portable.verify(key, message, offset, length, signature);
    }
  }

  /** Creates one signature now, so that a key that the provider refuses is never pooled. */
  private SignaturePool verifiers(PublicKey key) {
    try {
      java.security.PublicKey encoded =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(joined(X509_PREFIX, key.toBytes())));
      SignaturePool pool = new SignaturePool(() -> verifier(encoded));
      pool.give(pool.take());
      return pool;
    } catch (GeneralSecurityException e) {
      throw new KeyNotTakenException(e);
    }
  }

  private Signature signer(PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(ALGORITHM, provider);
    signature.initSign(key);
    return signature;
  }

  private Signature verifier(java.security.PublicKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(ALGORITHM, provider);
    signature.initVerify(key);
    return signature;
  }

  private static byte[] joined(byte[] prefix, byte[] bytes) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + bytes.length);
    System.arraycopy(bytes, 0, joined, prefix.length, bytes.length);
    return joined;
  }

  private static final class KeyNotTakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    KeyNotTakenException(Throwable cause) {
      super(cause);
    }
  }

  private final class JcaSigningKey implements SigningKey {
    private final SignaturePool signers;
    private final SigningKey inJava;

    JcaSigningKey(SignaturePool signers, SigningKey inJava) {
      this.signers = signers;
      this.inJava = inJava;
    }

    @Override
    public PublicKey publicKey() {
      return inJava.publicKey();
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, message.length);
      if (length > messageBytesMax) {
        return inJava.sign(message, offset, length);
      }
      try {
        Signature signer = signers.take();
        signer.update(message, offset, length);
        byte[] signature = signer.sign();
        if (length <= MESSAGE_KEPT_BYTES_MAX) {
          signers.give(signer);
        }
        return signature;
      } catch (GeneralSecurityException notSigned) {
        return inJava.sign(message, offset, length);
      }
    }

    @Override
    public String toString() {
      return inJava.toString();
    }
  }
}
