package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;

/**
 * What a second NEED with the idempotency key of a first one in its thread is: the same NEED if it
 * asks for the same, whoever signed it, and otherwise a conflict. Pure.
 */
public final class Idempotency {
  private Idempotency() {}

  /** Whether a NEED asks for something else than the one that fills its slot. */
  public static boolean conflicts(Envelope asked, Envelope held) {
    return !asked.payloadHash().equals(held.payloadHash());
  }

  /** The refusal of a NEED that {@linkplain #conflicts conflicts} with the one of its slot. */
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
