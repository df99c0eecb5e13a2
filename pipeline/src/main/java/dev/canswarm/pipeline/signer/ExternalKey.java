package dev.canswarm.pipeline.signer;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningException.Cause;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.signer.SignerProtocol.Answer;
import dev.canswarm.pipeline.signer.SignerProtocol.KeyAnswer;
import dev.canswarm.pipeline.signer.SignerProtocol.Refused;
import dev.canswarm.pipeline.signer.SignerProtocol.Signature;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A key that a program keeps. Every signature is verified before it is returned. Thread-safe;
 * blocks.
 */
final class ExternalKey implements SigningKey {
  /** Time after a failure for which the key counts as not available, so that others step in. */
  static final long AVOIDED_MILLIS = 5_000;

  private final String agent;
  private final PublicKey publicKey;
  private final ExternalSigner signer;
  private final SignatureEngine engine;
  private final long millisMax;
  private final LongSupplier nanoTime;
  private volatile long avoidedUntilNanos;
  private volatile boolean avoided;

  ExternalKey(
      String agent,
      PublicKey publicKey,
      ExternalSigner signer,
      SignatureEngine engine,
      long millisMax,
      LongSupplier nanoTime) {
    this.agent = agent;
    this.publicKey = publicKey;
    this.signer = signer;
    this.engine = engine;
    this.millisMax = millisMax;
    this.nanoTime = nanoTime;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, message.length);
    byte[] signed = Arrays.copyOfRange(message, offset, offset + length);
    try {
      byte[] signature = signature(signed);
      avoided = false;
      return signature;
    } catch (SigningException e) {
      avoidedUntilNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(AVOIDED_MILLIS);
      avoided = true;
      throw e;
    }
  }

  private byte[] signature(byte[] signed) {
    Answer answer = signer.ask(agent, signed, millisMax);
    if (answer instanceof Refused refused) {
      throw new SigningException(
          Cause.REFUSED, "the signer of " + agent + " refused: " + refused.error());
    }
    if (answer instanceof Signature signature
        && engine.verify(publicKey, signed, signature.bytes())) {
      signer.succeeded();
      return signature.bytes();
    }
    signer.lied(agent);
    throw new SigningException(
        Cause.WRONG_SIGNATURE,
        "the signer of %s gave %s that is not one by %s"
            .formatted(
                agent, answer instanceof KeyAnswer ? "an answer" : "a signature", publicKey));
  }

  @Override
  public boolean mayBlock() {
    return true;
  }

  @Override
  public boolean isAvailable() {
    return !signer.isPaused() && !(avoided && nanoTime.getAsLong() - avoidedUntilNanos < 0);
  }

  @Override
  public String toString() {
    return "ExternalKey of " + agent;
  }
}
