package dev.canswarm.simulation;

import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.wiring.PipelineWiring.Ports;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.simulation.time.Incarnation;
import java.util.List;

/**
 * Replaces parts of the product before they are wired: a test injects a defect and expects the
 * checkers to find it. One instance per run.
 */
public interface Overrides {
  /** The swarm as it is, with no part replaced. */
  Overrides NONE = new Overrides() {};

  /** Returns the ports of one incarnation of a process. */
  default Ports ports(String group, Incarnation incarnation, Ports ports) {
    return ports;
  }

  /** Returns the role to use in place of {@code role}. */
  default Role role(Role role) {
    return role;
  }

  /** Returns the trust registry that processes use. */
  default TrustRegistry trust(TrustRegistry trust) {
    return trust;
  }

  /** Returns the check that a received DECIDE, RELEASE or FINALIZE follows from its parents. */
  default DerivedCheck derivedCheck(DerivedCheck check) {
    return check;
  }

  /** Returns the policy to use in place of the one that applies at a head. */
  default Policy policy(TrustState pinned, Policy policy) {
    return policy;
  }

  /** Returns the engine with which processes verify. */
  default SignatureEngine engine(SignatureEngine engine) {
    return engine;
  }

  /** Merges operations of the op-log. */
  default PlanState merge(List<PlanOp> ops) {
    return PlanState.of(ops);
  }
}
