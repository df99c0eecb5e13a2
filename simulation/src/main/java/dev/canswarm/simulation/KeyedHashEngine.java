package dev.canswarm.simulation;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Replaces Ed25519 in simulation: a signature is a hash of the key's secret and the message. It
 * rejects forgeries as a real engine does, because no agent in the simulation has another's secret;
 * only the engine, which made the keys, looks up a secret to verify. Not thread-safe. Not secure
 * outside a simulation.
 */
final class KeyedHashEngine implements SignatureEngine {
  private final Map<PublicKey, byte[]> secrets = new HashMap<>();
  private final Function<byte[], PublicKey> publicKeys;

  /**
   * @param publicKeys maps a seed to the public key that a real engine derives from it
   */
  KeyedHashEngine(Function<byte[], PublicKey> publicKeys) {
    this.publicKeys = publicKeys;
  }

  @Override
  public String name() {
    return "keyed-hash";
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    byte[] secret = seed.clone();
    PublicKey publicKey = publicKeys.apply(secret);
    secrets.put(publicKey, secret);
    return new SigningKey() {
      @Override
      public PublicKey publicKey() {
        return publicKey;
      }

      @Override
      public byte[] sign(byte[] message, int offset, int length) {
        return signature(secret, message, offset, length);
      }
    };
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature) {
    byte[] secret = secrets.get(key);
    return secret != null && Arrays.equals(signature(secret, message, offset, length), signature);
  }

  private static byte[] signature(byte[] secret, byte[] message, int offset, int length) {
    byte[] both = Arrays.copyOf(secret, secret.length + length);
    System.arraycopy(message, offset, both, secret.length, length);
    byte[] hash = Sha256.hash(both);
    byte[] signature = Arrays.copyOf(hash, SIGNATURE_BYTES);
    System.arraycopy(hash, 0, signature, Sha256.HASH_BYTES, Sha256.HASH_BYTES);
    return signature;
  }
}
