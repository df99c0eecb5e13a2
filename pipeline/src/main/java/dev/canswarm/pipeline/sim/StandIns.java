package dev.canswarm.pipeline.sim;

import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.sim.time.Life;
import dev.canswarm.pipeline.wiring.PipelineWiring.Ports;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.protocol.Participant;
import java.util.List;

/**
 * What may be put in the place of a part of the product before it is wired: a test puts something
 * broken there and sees that the checkers notice. Made anew for each run.
 */
public interface StandIns {
  /** Nothing is replaced. */
  StandIns NONE = new StandIns() {};

  /** The ports of a process in one of its lives. */
  default Ports ports(String group, Life life, Ports ports) {
    return ports;
  }

  /** A role of a process. */
  default Participant role(Participant role) {
    return role;
  }

  /** What processes verify with. */
  default SignatureEngine engine(SignatureEngine engine) {
    return engine;
  }

  /** How operations of the op-log are merged. */
  default PlanState merge(List<PlanOp> ops) {
    return PlanState.of(ops);
  }
}
