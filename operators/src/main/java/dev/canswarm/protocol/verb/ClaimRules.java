package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.List;

/**
 * CLAIM: takes a grant for a worker; the CLAIM that fills the slot holds the lease. Its only parent
 * is the DECIDE or RELEASE that opens the grant. It leaves a remark.
 */
final class ClaimRules extends VerbRules<Lease> {
  ClaimRules() {
    super(Lease.class);
  }

  @Override
  Lease parse(JsonObject payload) {
    return Lease.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Lease lease, TrustRegistry trust) {
    return Slot.claim(lease.taskId(), lease.token());
  }

  @Override
  void admit(Envelope envelope, Lease lease, NeedView view, TrustRegistry trust) {
    Message opener = Parents.only(envelope, view);
    boolean first =
        opener.envelope().verb() == Verb.DECIDE
            && lease.attempt() == 1
            && lease.token() == 1
            && requiresNothing(view, lease.taskId());
    boolean released =
        opener.payload() instanceof Release release
            && release.cause() != Release.Cause.PANEL
            && new Lease(release.taskId(), release.attempt(), release.token()).equals(lease);
    if (!first && !released) {
      throw Parents.mismatch("the DECIDE or RELEASE that grants this token", opener.toString());
    }
    if (opener.payload() instanceof Release release
        && release.exclude().contains(envelope.sender())) {
      throw new RefusedException(Reason.LEASE_TAKEN, "this grant excludes " + envelope.sender());
    }
  }

  /** Whether a task requires no other task: a DECIDE grants only these. */
  private static boolean requiresNothing(NeedView view, TaskId taskId) {
    DecidedPlan plan = view.plan();
    return plan != null && plan.task(taskId).filter(task -> task.requires().isEmpty()).isPresent();
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Lease lease, NeedView view) {
    return List.of(remark(envelope, lease));
  }

  /** Returns a remark about a lease: the sender and the verb. */
  static PlanOp remark(Envelope envelope, Lease lease) {
    return PlanOp.annotate(
        lease.taskId(),
        JsonObject.builder()
            .put("by", envelope.sender().base64())
            .put("attempt", lease.attempt())
            .put("verb", envelope.verb().name())
            .build());
  }
}
