package dev.canswarm.pipeline.cli.need;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.PolicyCheck;
import java.util.Optional;

/**
 * Recognises the genuine FINALIZE of a NEED, since any client that may write to the topic can send
 * any bytes. It accepts one with valid hashes and a signature by a key that the trust file lists as
 * a coordinator's, under the policy in force. {@code ./swarm replay} checks that its content
 * follows from the votes. Thread-safe.
 */
final class FinalizeCheck {
  private final EnvelopeCodec codec;
  private final PolicyCheck policy;

  FinalizeCheck(EnvelopeCodec codec, PolicyCheck policy) {
    this.codec = codec;
    this.policy = policy;
  }

  /**
   * The FINALIZE of a NEED; empty for anything else.
   *
   * @param value of a record of its topic
   */
  Optional<Envelope> of(byte[] value, Envelope need) {
    try {
      Envelope envelope = codec.decodeAndVerify(value);
      policy.check(envelope, Verb.FINALIZE.topic());
      return Optional.of(envelope)
          .filter(
              one ->
                  one.verb() == Verb.FINALIZE
                      && one.need().equals(need.need())
                      && one.threadId().equals(need.threadId()));
    } catch (RefusedException notOurs) {
      return Optional.empty();
    }
  }
}
