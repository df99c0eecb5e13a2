package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.protocol.payload.Payload;

/** The content of a slot, decoded. */
public sealed interface Stored {
  /** The slot within the NEED's scope, or within the thread's for the NEED itself. */
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
    public String id() {
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
     * The same to a process that saw it come at that time by its own clock. What runs from a CLAIM,
     * COMMIT or RELEASE then runs by one clock: against the store's, one that is ahead by more than
     * a lease would let every lease run out the moment it is taken, one after the other.
     */
    public Message seenAt(long millis) {
      return switch (envelope.verb()) {
        case CLAIM, COMMIT, RELEASE -> new Message(slot, envelope, payload, millis);
        case NEED, PROPOSE, DECIDE, ATTEST, YIELD, FINALIZE, CANCEL -> this;
      };
    }
  }

  /** The verdict on an attempt. */
  record Judged(Slot slot, Verdict verdict, long storedMillis) implements Stored {}

  /** An envelope that waits for a parent and does not count yet. */
  record Waiting(Slot.Waiting slot, Envelope envelope, Payload payload, long storedMillis)
      implements Stored {}
}
