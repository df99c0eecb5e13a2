package dev.canswarm.pipeline.wiring;

import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.http.Problem;
import dev.canswarm.pipeline.http.ProblemException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.stage.Signers;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Signs CANCELs with an authorised key of this process: an operator's, or the one that signed the
 * NEED. It follows the control chain: once a rotated key is loaded it is used. Thread-safe.
 */
public final class NeedCanceller {
  private final Supplier<TrustState> head;
  private final Signers signers;

  /**
   * @param head the last head of the control chain, at each moment
   * @param signers the keys that this process has
   */
  public NeedCanceller(Supplier<TrustState> head, Signers signers) {
    this.head = head;
    this.signers = signers;
  }

  /** Returns the agent that may cancel this NEED here; empty if there is none. */
  public Optional<Agent> agentFor(Envelope need) {
    Policy policy = head.get().policy();
    TrustRegistry listed = head.get().registry();
    return Stream.concat(
            listed.withRole(RoleName.OPERATOR).stream()
                .map(key -> new Agent("operator", RoleName.OPERATOR, key)),
            Stream.of(new Agent("sender", RoleName.GATEWAY, need.sender())))
        .filter(agent -> signers.holds(agent.key()))
        .filter(agent -> policy.maySend(listed.rolesOf(agent.key()), Verb.CANCEL))
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
    Agent agent =
        agentFor(need)
            .orElseThrow(
                () ->
                    refused(
                        "NO_KEY_TO_CANCEL",
                        "this process has neither an operator's key nor the one that signed the"
                            + " NEED"));
    return signers.sign(agent, draft(need, cancel, need.policyHash()));
  }

  private static Draft draft(Envelope need, Cancel cancel, String policyHash) {
    return Draft.builder(Verb.CANCEL, need.threadId())
        .need(need.need())
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
