package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import java.util.ArrayList;
import java.util.List;

/** The plan operations that follow from an envelope whose parents are stored. Pure. */
public final class Ops {
  private Ops() {}

  /**
   * The operations of an envelope.
   *
   * @param payload of this envelope
   * @param view in which its parents are stored
   */
  public static List<PlanOp> of(Envelope envelope, Payload payload, NeedView view) {
    return switch (envelope.kind()) {
      case NEED -> List.of();
      case PROPOSE -> proposed(envelope, (Propose) payload);
      case DECIDE -> decided(envelope, (Decide) payload, view);
      case CLAIM, YIELD -> {
        Lease lease = (Lease) payload;
        yield List.of(remark(lease.taskId(), envelope, lease.attempt()));
      }
      case COMMIT -> committed((Commit) payload);
      case ATTEST -> attested(envelope, (Attest) payload);
      case RELEASE -> released(envelope, (Release) payload);
      case FINALIZE -> finalized((Finalize) payload, view);
    };
  }

  /** The operations of a verdict. */
  public static List<PlanOp> of(Verdict verdict) {
    TaskState state = verdict.verified() ? TaskState.VERIFIED : TaskState.REJECTED;
    return List.of(PlanOp.state(verdict.taskId(), new TaskProgress(verdict.attempt(), state)));
  }

  private static List<PlanOp> proposed(Envelope envelope, Propose propose) {
    List<PlanOp> ops = new ArrayList<>();
    for (DecidedPlan.Task task : DecidedPlan.tasks(envelope.id(), propose)) {
      ops.add(PlanOp.addTask(task.id(), task.spec().taskType()));
      task.requires().forEach(required -> ops.add(PlanOp.requires(task.id(), required)));
      task.spec().produces().forEach(name -> ops.add(PlanOp.produces(task.id(), name)));
    }
    return ops;
  }

  private static List<PlanOp> decided(Envelope envelope, Decide decide, NeedView view) {
    List<PlanOp> ops = new ArrayList<>();
    ops.add(PlanOp.link(envelope.need(), envelope.need(), decide.proposalId()));
    Message proposal = view.byId(decide.proposalId());
    if (proposal != null && proposal.payload() instanceof Propose propose) {
      for (DecidedPlan.Task task : DecidedPlan.tasks(proposal.id(), propose)) {
        ops.add(PlanOp.state(task.id(), new TaskProgress(1, TaskState.DECIDED)));
      }
    }
    return ops;
  }

  private static List<PlanOp> committed(Commit commit) {
    return List.of(
        PlanOp.state(commit.taskId(), new TaskProgress(commit.attempt(), TaskState.COMMITTED)),
        PlanOp.link(commit.taskId(), commit.taskId(), commit.artifact()));
  }

  private static List<PlanOp> attested(Envelope envelope, Attest attest) {
    Attest.Work work = attest.work();
    JsonObject remark =
        JsonObject.builder()
            .put("by", envelope.sender().base64())
            .put("target", attest.target())
            .put("verdict", attest.accept() ? "ACCEPT" : "REJECT")
            .build();
    return List.of(PlanOp.annotate(work == null ? envelope.need() : work.taskId(), remark));
  }

  private static List<PlanOp> released(Envelope envelope, Release release) {
    PlanOp remark =
        PlanOp.annotate(
            release.taskId(),
            JsonObject.builder()
                .put("released", release.cause().name())
                .put("attempt", release.attempt())
                .put("token", release.token())
                .build());
    return release.cause() == Release.Cause.PANEL
        ? List.of(remark)
        : List.of(
            remark,
            PlanOp.state(release.taskId(), new TaskProgress(release.attempt(), TaskState.DECIDED)));
  }

  private static List<PlanOp> finalized(Finalize end, NeedView view) {
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

  private static PlanOp remark(String taskId, Envelope envelope, int attempt) {
    return PlanOp.annotate(
        taskId,
        JsonObject.builder()
            .put("by", envelope.sender().base64())
            .put("attempt", attempt)
            .put("verb", envelope.kind().name())
            .build());
  }
}
