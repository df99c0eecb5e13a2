package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.protocol.payload.Payload;
import org.jspecify.annotations.Nullable;

/** The result of decoding one record. */
public sealed interface Decoded {
  /** A valid envelope whose sender may send it on this topic. */
  record Valid(Envelope envelope, Payload payload) implements Decoded {}

  /** A plain NEED from the intake, with the envelope that this process's gateway signed for it. */
  record Intake(ThreadId threadId, Envelope need, Payload payload) implements Decoded {}

  /**
   * A record that will never be accepted.
   *
   * @param stage where it failed: {@code decode}, {@code intake}, {@code verify}, {@code policy} or
   *     {@code store}
   * @param gas what the policy's rules used for it; 0 if it did not come to them
   * @param lackedPolicy hash of the policy that it names, if that may be in the archive; else null
   */
  record Refused(
      Reason reason, String stage, String detail, long gas, @Nullable String lackedPolicy)
      implements Decoded {
    /** A record whose policy is known, or is not looked for. */
    public Refused(Reason reason, String stage, String detail, long gas) {
      this(reason, stage, detail, gas, null);
    }

    /** A record that did not come to the policy's rules. */
    public Refused(Reason reason, String stage, String detail) {
      this(reason, stage, detail, 0);
    }
  }
}
