package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.List;

/**
 * COMMIT: a worker's result. Its only parent is its CLAIM, and it names the artifacts that the
 * grant names. It makes the task COMMITTED, and links it to its artifact.
 */
final class CommitRules extends VerbRules<Commit> {
  CommitRules() {
    super(Commit.class);
  }

  @Override
  Commit parse(JsonObject payload) {
    return Commit.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Commit commit, TrustRegistry trust) {
    return Slot.end(commit.taskId(), commit.token());
  }

  @Override
  void admit(Envelope envelope, Commit commit, NeedView view, TrustRegistry trust) {
    Lease lease = new Lease(commit.taskId(), commit.attempt(), commit.token());
    Message claim = Parents.claimOf(envelope, view, lease);
    Message opener = view.byId(claim.envelope().parents().get(0));
    List<String> granted =
        opener != null && opener.payload() instanceof Release release
            ? release.inputs()
            : List.of();
    if (!commit.inputs().equals(granted)) {
      throw new RefusedException(
          Reason.BAD_SHAPE, "inputs: expected " + granted + ", got " + commit.inputs());
    }
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Commit commit, NeedView view) {
    return List.of(
        PlanOp.state(commit.taskId(), new TaskProgress(commit.attempt(), TaskState.COMMITTED)),
        PlanOp.link(commit.taskId().text(), commit.taskId().text(), commit.artifact()));
  }
}
