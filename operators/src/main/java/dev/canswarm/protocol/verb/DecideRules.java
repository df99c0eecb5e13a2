package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;

/**
 * DECIDE: the one plan of a NEED. The PROPOSE is among its parents, with the votes on it that were
 * counted. Links the NEED to the plan, and decides the plan's tasks.
 */
final class DecideRules extends VerbRules<Decide> {
  DecideRules() {
    super(Decide.class);
  }

  @Override
  Decide parse(JsonObject payload) {
    return Decide.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Decide decide, TrustRegistry trust) {
    return Slot.DECIDE;
  }

  @Override
  void admit(Envelope envelope, Decide decide, NeedView view, TrustRegistry trust) {
    Parents.include(envelope, view, Verb.PROPOSE, decide.proposalId());
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Decide decide, NeedView view) {
    List<PlanOp> ops = new ArrayList<>();
    String need = envelope.need().text();
    ops.add(PlanOp.link(need, need, decide.proposalId().text()));
    Message proposal = view.byId(decide.proposalId());
    if (proposal != null && proposal.payload() instanceof Propose propose) {
      for (DecidedPlan.Task task : DecidedPlan.tasks(proposal.id(), propose)) {
        ops.add(PlanOp.state(task.id(), new TaskProgress(1, TaskState.DECIDED)));
      }
    }
    return ops;
  }
}
