package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.protocol.payload.Payload;

/** What fills a slot, decoded. */
public sealed interface Stored {
  /** The slot within the NEED's scope, or within the thread's for the NEED itself. */
  String slot();

  /** Milliseconds since 1970, by the store's clock. */
  long storedMillis();

  /** An envelope that counts. */
  record Message(String slot, Envelope envelope, Payload payload, long storedMillis)
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
  }

  /** What the votes on an attempt came to. */
  record Judged(String slot, Verdict verdict, long storedMillis) implements Stored {}

  /** An envelope that waits for a parent and does not count yet. */
  record Waiting(String slot, Envelope envelope, Payload payload, long storedMillis)
      implements Stored {}
}
