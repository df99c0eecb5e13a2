package dev.canswarm.pipeline.cli.need;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.PolicyCheck;
import java.util.Optional;

/**
 * Tells the FINALIZE of a NEED from what only looks like it: whoever may write to the topic can
 * send any bytes. It is believed with its hashes and its signature, by a key that the trust file
 * lists as a coordinator's, under the policy in force. That its content follows from the votes is
 * what {@code ./swarm replay} checks. Thread-safe.
 */
final class FinalizeCheck {
  private final EnvelopeCodec codec;
  private final PolicyCheck policy;
  private final Envelope need;

  FinalizeCheck(EnvelopeCodec codec, PolicyCheck policy, Envelope need) {
    this.codec = codec;
    this.policy = policy;
    this.need = need;
  }

  /** The id of the NEED whose end it tells. */
  String needId() {
    return need.id();
  }

  /**
   * The FINALIZE in a record of its topic; empty for anything else.
   *
   * @param value of the record
   */
  Optional<Envelope> of(byte[] value) {
    try {
      Envelope envelope = codec.decodeAndVerify(value);
      policy.check(envelope, Verb.FINALIZE.topic());
      return Optional.of(envelope)
          .filter(
              one ->
                  one.verb() == Verb.FINALIZE
                      && one.need().equals(need.id())
                      && one.threadId().equals(need.threadId()));
    } catch (RefusedException notOurs) {
      return Optional.empty();
    }
  }
}
