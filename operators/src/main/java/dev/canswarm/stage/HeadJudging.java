package dev.canswarm.stage;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Heads;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.rule.RuleException;
import java.util.Set;

/** Makes what a process judges by, for each head of the control chain. Pure and thread-safe. */
public interface HeadJudging {
  /**
   * Returns roles and checks.
   *
   * @param pinned what is in force at the head that applies to a NEED
   * @param policy that applies to it
   * @param counted the last head, under which votes are counted
   * @param heads all heads that are known
   */
  StageContext.Duties duties(TrustState pinned, Policy policy, Head counted, Heads heads);

  /**
   * Returns the checks of a record that are made before its NEED is known: of who was ever listed.
   *
   * @param policy that the record names
   */
  Admission admission(ControlHistory history, Policy policy);

  /** Returns the gateway that signs NEEDs under the last head. */
  Gateway gateway(ControlHistory history);

  /** Returns the names in the chain of the agents whose keys this process uses. */
  Set<String> agents(TrustState state);

  /** Whether a module of a policy is here. */
  boolean has(RuleModule module);

  /**
   * Takes a module from the archive.
   *
   * @throws RuleException for bytes that have another hash, or cannot be a rule
   */
  void take(RuleModule module, byte[] bytes);

  /** Whether a module of a policy is here and can be its rule. */
  boolean isUsable(RuleModule module);

  /** Takes a module from the archive unless it cannot be the rule; returns whether it was taken. */
  boolean takeIfUsable(RuleModule module, byte[] bytes);

  /** Whether the private key of a public key is loaded. */
  boolean holds(PublicKey key);
}
