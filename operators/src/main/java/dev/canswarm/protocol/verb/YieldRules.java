package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Yield;
import java.util.List;

/**
 * YIELD: a worker gives back what it cannot do. Its only parent is its CLAIM. Leaves a remark,
 * which does not hold the error: that is for people alone.
 */
final class YieldRules extends VerbRules<Yield> {
  YieldRules() {
    super(Yield.class);
  }

  @Override
  Yield parse(JsonObject payload) {
    return Yield.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Yield payload, TrustRegistry trust) {
    return Slot.end(payload.lease().taskId(), payload.lease().token());
  }

  @Override
  void admit(Envelope envelope, Yield payload, NeedView view, TrustRegistry trust) {
    Parents.claimOf(envelope, view, payload.lease());
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Yield payload, NeedView view) {
    return List.of(ClaimRules.remark(envelope, payload.lease()));
  }
}
