package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.protocol.payload.Payload;

/** What a record turned out to be. */
public sealed interface Received {
  /** A valid envelope, allowed to be where it is. */
  record Valid(Envelope envelope, Payload payload) implements Received {}

  /** A NEED without an envelope. */
  record Intake(String threadId, Envelope need, Payload payload) implements Received {}

  /** Something that will never be accepted. */
  record Refused(Reason reason, String stage, String detail) implements Received {}
}
