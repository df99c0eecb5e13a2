package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.protocol.payload.Payload;

/** The content of a slot, decoded. */
public sealed interface Stored {
  /** Returns the slot in the NEED's scope, or in the thread's scope for the NEED itself. */
  Slot slot();

  /**
   * Milliseconds since 1970: by the store's clock; of a {@link Message#seenAt} by the process's
   * own.
   */
  long storedMillis();

  /** An envelope that counts. */
  record Message(Slot slot, Envelope envelope, Payload payload, long storedMillis)
      implements Stored {
    /** The envelope's id. */
    public EnvelopeId id() {
      return envelope.id();
    }

    /**
     * The payload as the type that its verb has.
     *
     * @throws ClassCastException for another verb: a defect
     */
    public <T extends Payload> T as(Class<T> type) {
      return type.cast(payload);
    }

    /**
     * Returns this message with the time at which this process saw it, by its own clock. Timers
     * that start with a CLAIM, COMMIT or RELEASE then use one clock only. Compared with the store's
     * clock, a process whose clock is ahead by more than a lease would let every lease run out the
     * moment it is taken.
     */
    public Message seenAt(long millis) {
      return switch (envelope.verb()) {
        case CLAIM, COMMIT, RELEASE -> new Message(slot, envelope, payload, millis);
        case NEED, PROPOSE, DECIDE, ATTEST, YIELD, FINALIZE, CANCEL, CONTROL -> this;
      };
    }
  }

  /** The verdict on an attempt. */
  record Judged(Slot slot, Verdict verdict, long storedMillis) implements Stored {}

  /** An envelope that waits for a parent and does not count yet. */
  record Waiting(Slot.Waiting slot, Envelope envelope, Payload payload, long storedMillis)
      implements Stored {}
}
