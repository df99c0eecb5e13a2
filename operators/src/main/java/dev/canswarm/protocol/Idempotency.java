package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;

/**
 * Compares two NEEDs of one thread that have the same idempotency key. With equal payloads they are
 * the same NEED, even if different keys signed them; otherwise the second one conflicts with the
 * first. Pure.
 */
public final class Idempotency {
  private Idempotency() {}

  /** Whether a NEED has another payload than the one that fills its slot. */
  public static boolean conflicts(Envelope asked, Envelope held) {
    return !asked.payloadHash().equals(held.payloadHash());
  }

  /**
   * Returns the refusal of a NEED that {@linkplain #conflicts conflicts} with the one of its slot.
   */
  public static RefusedException refusal(Envelope held) {
    return new RefusedException(
        Reason.IDEMPOTENCY_CONFLICT,
        "expected the payload for which the idempotency key was used in thread "
            + held.threadId()
            + ", that of NEED "
            + held.id()
            + ", got another one");
  }
}
