package dev.canswarm.crypto;

/** An engine for tests that forwards every call to another one; override what a test changes. */
public abstract class ForwardingEngine implements SignatureEngine {
  /** The engine that receives the calls. */
  protected final SignatureEngine engine;

  /** Forwards to {@code engine}. */
  protected ForwardingEngine(SignatureEngine engine) {
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
    return engine.verify(key, message, offset, length, signature);
  }
}
