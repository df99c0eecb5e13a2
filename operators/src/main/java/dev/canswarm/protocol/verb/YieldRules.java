package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Lease;
import java.util.List;

/** YIELD: a worker gives back what it cannot do. Its only parent is its CLAIM. Leaves a remark. */
final class YieldRules extends VerbRules<Lease> {
  YieldRules() {
    super(Lease.class);
  }

  @Override
  Lease parse(JsonObject payload) {
    return Lease.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Lease lease, TrustRegistry trust) {
    return Slot.end(lease.taskId(), lease.token());
  }

  @Override
  void admit(Envelope envelope, Lease lease, NeedView view) {
    Parents.claimOf(envelope, view, lease);
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Lease lease, NeedView view) {
    return List.of(ClaimRules.remark(envelope, lease));
  }
}
