package dev.canswarm.pipeline.sim.check;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers every signature that was made, by which key and over what. So the checkers know what
 * was really signed without asking anybody to verify.
 */
public final class Signed {
  private record Made(PublicKey key, byte[] message) {}

  private final Map<String, Made> made = new HashMap<>();

  /** The same key, watched. */
  public SigningKey watch(SigningKey key) {
    return new Watched(key);
  }

  /** Whether that key made that signature over that message. */
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
