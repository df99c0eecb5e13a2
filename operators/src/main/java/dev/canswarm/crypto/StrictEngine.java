package dev.canswarm.crypto;

import java.util.Objects;

/**
 * Puts the checks that engines differ in before an engine, so that all of them accept and refuse
 * the same inputs: lengths; S &lt; L (i2p 0.3.0 leaves it out, CVE-2020-36843); y of A and R below
 * the field's prime; neither of small order (libsodium refuses those, most others do not). The
 * engine must use the equation without the cofactor and compare R's encoding. As thread-safe as the
 * engine.
 */
public final class StrictEngine implements SignatureEngine {
  private final SignatureEngine engine;

  public StrictEngine(SignatureEngine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    return engine.signingKey(seed);
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature) {
    Objects.checkFromIndexSize(offset, length, message.length);
    return signature.length == SIGNATURE_BYTES
        && Ed25519Encoding.isReducedScalar(signature, SIGNATURE_BYTES / 2)
        && Ed25519Encoding.isUsablePoint(signature, 0)
        && key.isUsablePoint()
        && engine.verify(key, message, offset, length, signature);
  }
}
