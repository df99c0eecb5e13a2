package dev.canswarm.simulation.check;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Records every signature with its key and message, so that the checkers know what was signed
 * without the engine under test. Not thread-safe.
 */
public final class SignatureLog {
  private record Made(PublicKey key, byte[] message) {}

  private final Map<String, Made> made = new HashMap<>();

  /** Returns the same key; its signatures are recorded. */
  public SigningKey watch(SigningKey key) {
    return new Watched(key);
  }

  /** Whether this key made this signature over this message. */
  boolean holds(String senderBase64, byte[] message, String signatureBase64) {
    Made found = made.get(signatureBase64);
    return found != null
        && found.key.base64().equals(senderBase64)
        && Arrays.equals(found.message, message);
  }

  private final class Watched implements SigningKey {
    private final SigningKey key;

    Watched(SigningKey key) {
      this.key = key;
    }

    @Override
    public PublicKey publicKey() {
      return key.publicKey();
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
      byte[] signature = key.sign(message, offset, length);
      if (signature.length != SignatureEngine.SIGNATURE_BYTES) {
        throw new IllegalStateException("a signature of " + signature.length + " bytes");
      }
      made.put(
          Base64.getEncoder().encodeToString(signature),
          new Made(publicKey(), Arrays.copyOfRange(message, offset, offset + length)));
      return signature;
    }
  }
}
