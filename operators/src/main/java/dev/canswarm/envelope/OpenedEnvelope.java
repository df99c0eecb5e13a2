package dev.canswarm.envelope;

import dev.canswarm.crypto.SignatureEngine;
import org.jspecify.annotations.Nullable;

/**
 * An envelope that has been read, and whose signature may yet have to be checked. Not thread-safe.
 */
public final class OpenedEnvelope {
  private final Envelope envelope;

  /** The ranges of its bytes that the signature covers; null once the signature is verified. */
  private @Nullable CoveredRanges covered;

  private final SignatureEngine engine;
  private final EnvelopeCache cache;

  OpenedEnvelope(
      Envelope envelope,
      @Nullable CoveredRanges covered,
      SignatureEngine engine,
      EnvelopeCache cache) {
    this.envelope = envelope;
    this.covered = covered;
    this.engine = engine;
    this.cache = cache;
  }

  /** The envelope, verified or not. */
  public Envelope envelope() {
    return envelope;
  }

  /**
   * The envelope, its signature checked unless this process has itself signed or verified the same
   * bytes before.
   *
   * @throws RefusedException BAD_SIGNATURE when it is not the sender's
   */
  public Envelope verified() {
    CoveredRanges ranges = covered;
    cache.countVerify(ranges != null);
    if (ranges != null) {
      byte[] message = ranges.forSigned(envelope.bytes(), Scratch.ofThread());
      verify(engine, envelope, message, ranges.signed(envelope.bytes(), message));
      covered = null;
      cache.add(envelope);
    }
    return envelope;
  }

  static void verify(SignatureEngine engine, Envelope envelope, byte[] message, int length) {
    if (!engine.verify(envelope.sender(), message, 0, length, envelope.signature())) {
      throw FieldRules.refused(
          Reason.BAD_SIGNATURE,
          "sig_b64",
          "the signature of " + envelope.sender() + " over envelope " + envelope.id(),
          "one that does not verify");
    }
  }
}
