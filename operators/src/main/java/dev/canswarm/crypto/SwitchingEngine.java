package dev.canswarm.crypto;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Verifies a few signatures with an engine that is there at once, and all further ones with one
 * that takes time to load but is faster. The call that loads it takes that time. Thread-safe.
 */
final class SwitchingEngine implements SignatureEngine {
  private final SignatureEngine first;
  private final Supplier<SignatureEngine> second;
  private final int firstMax;
  private final AtomicInteger verified = new AtomicInteger();
  private volatile SignatureEngine current;

  /**
   * @param second loads the other engine; asked once at least, and then always for the same
   * @param firstMax the most signatures that the first one verifies
   */
  SwitchingEngine(SignatureEngine first, Supplier<SignatureEngine> second, int firstMax) {
    this.first = first;
    this.second = second;
    this.firstMax = firstMax;
    this.current = first;
  }

  @Override
  public String name() {
    return current.name();
  }

  @Override
  public SigningKey signingKey(byte[] seed) {
    return current.signingKey(seed);
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature) {
    SignatureEngine engine = current;
    if (engine == first && verified.getAndIncrement() >= firstMax) {
      engine = second.get();
      current = engine;
    }
    return engine.verify(key, message, offset, length, signature);
  }
}
