package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.Grant;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Finalize;
import java.util.ArrayList;
import java.util.List;

/**
 * FINALIZE: the end of a NEED. Its parents are what it follows from, which replay derives again.
 * Makes the accepted tasks final.
 */
final class FinalizeRules extends VerbRules<Finalize> {
  FinalizeRules() {
    super(Finalize.class);
  }

  @Override
  Finalize parse(JsonObject payload) {
    return Finalize.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Finalize end, TrustRegistry trust) {
    return Slot.FINALIZE;
  }

  @Override
  void admit(Envelope envelope, Finalize end, NeedView view, TrustRegistry trust) {
    Parents.areSome(envelope);
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Finalize end, NeedView view) {
    List<PlanOp> ops = new ArrayList<>();
    DecidedPlan plan = view.plan();
    for (Finalize.Result result : end.results()) {
      int attempt =
          plan == null
              ? 1
              : plan.task(result.taskId())
                  .map(task -> Grant.of(view, plan, task))
                  .filter(grants -> !grants.isEmpty())
                  .map(grants -> grants.get(grants.size() - 1).attempt())
                  .orElse(1);
      ops.add(PlanOp.state(result.taskId(), new TaskProgress(attempt, TaskState.FINAL)));
    }
    return ops;
  }
}
