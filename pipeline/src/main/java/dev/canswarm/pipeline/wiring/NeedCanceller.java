package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.http.Problem;
import dev.canswarm.pipeline.http.ProblemException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.payload.Cancel;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Signs CANCELs with an authorised key: an operator's, or the one that signed the NEED.
 * Thread-safe.
 */
public final class NeedCanceller {
  private final EnvelopeCodec codec;
  private final TimeSource time;
  private final Supplier<TrustState> head;
  private final List<SigningKey> keys;

  /**
   * @param head the last head of the control chain, at each moment
   * @param keys that this process has; the first authorised one is used
   */
  public NeedCanceller(
      EnvelopeCodec codec, TimeSource time, Supplier<TrustState> head, List<SigningKey> keys) {
    this.codec = codec;
    this.time = time;
    this.head = head;
    this.keys = List.copyOf(keys);
  }

  /** Returns the key that may cancel this NEED; empty if there is none. */
  public Optional<SigningKey> keyFor(Envelope need) {
    Policy policy = head.get().policy();
    TrustRegistry listed = head.get().registry();
    return keys.stream()
        .filter(
            key ->
                policy.maySend(listed.rolesOf(key.publicKey()), Verb.CANCEL)
                    && (listed.holds(key.publicKey(), RoleName.OPERATOR)
                        || key.publicKey().equals(need.sender())))
        .findFirst();
  }

  /** Whether the policy in force allows CANCEL. */
  public boolean isAllowed() {
    return head.get().policy().kinds().contains(Verb.CANCEL);
  }

  /**
   * Returns the signed CANCEL of a NEED.
   *
   * @throws ProblemException if the policy does not allow it, or no key here may sign it
   * @throws RetryableException if the key is kept elsewhere, and gives no signature now
   */
  public Envelope sign(Envelope need, Cancel cancel) {
    if (!isAllowed()) {
      throw refused("CANCEL_NOT_ALLOWED", "the policy in force allows no CANCEL");
    }
    SigningKey key =
        keyFor(need)
            .orElseThrow(
                () ->
                    refused(
                        "NO_KEY_TO_CANCEL",
                        "this process has neither an operator's key nor the one that signed the"
                            + " NEED"));
    try {
      return codec.sign(draft(need, cancel, need.policyHash()), key, time.epochNanos());
    } catch (SigningException e) {
      throw new RetryableException("sign a CANCEL", e);
    }
  }

  private static Draft draft(Envelope need, Cancel cancel, String policyHash) {
    return Draft.builder(Verb.CANCEL, need.threadId())
        .need(need.id())
        .lamport(need.lamport() + 1)
        .parents(List.of(need.id()))
        .policyHash(policyHash)
        .payload(cancel.toJson())
        .build();
  }

  private static ProblemException refused(String code, String detail) {
    return new ProblemException(Problem.of(403, code, "Forbidden", detail));
  }
}
