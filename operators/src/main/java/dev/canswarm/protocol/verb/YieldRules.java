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
 * YIELD: gives back a task that a worker cannot do. Its only parent is its CLAIM. It leaves a
 * remark without the error, which is for people only.
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
