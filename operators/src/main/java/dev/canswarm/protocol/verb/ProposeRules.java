package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Plans;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;

/** PROPOSE: a planner's plan for the NEED, which is its only parent. It adds the plan's tasks. */
final class ProposeRules extends VerbRules<Propose> {
  ProposeRules() {
    super(Propose.class);
  }

  @Override
  Propose parse(JsonObject payload) {
    return Propose.parse(payload);
  }

  /** Returns BAD_PLAN for tasks that refer to each other wrongly, and BAD_SHAPE otherwise. */
  @Override
  Reason reasonFor(ShapeException mismatch) {
    return mismatch.where().endsWith("/requires") ? Reason.BAD_PLAN : Reason.BAD_SHAPE;
  }

  @Override
  void checkPolicy(Propose propose, Policy policy) {
    Plans.check(propose, policy);
  }

  @Override
  Slot slot(Envelope envelope, Propose propose, TrustRegistry trust) {
    return Slot.propose(envelope.sender());
  }

  @Override
  void admit(Envelope envelope, Propose propose, NeedView view, TrustRegistry trust) {
    Parents.areExactly(envelope, List.of(view.needId().envelope()));
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Propose propose, NeedView view) {
    List<PlanOp> ops = new ArrayList<>();
    for (DecidedPlan.Task task : DecidedPlan.tasks(envelope.id(), propose)) {
      ops.add(PlanOp.addTask(task.id(), task.spec().taskType()));
      task.requires().forEach(required -> ops.add(PlanOp.requires(task.id(), required)));
      task.spec().produces().forEach(name -> ops.add(PlanOp.produces(task.id(), name)));
    }
    return ops;
  }
}
