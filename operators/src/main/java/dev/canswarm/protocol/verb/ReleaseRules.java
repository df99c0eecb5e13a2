package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Release;
import java.util.List;

/**
 * RELEASE: opens a grant, or asks all verifiers. Its parents are what it follows from, which replay
 * derives again. Leaves a remark; a grant makes the task DECIDED again.
 */
final class ReleaseRules extends VerbRules<Release> {
  ReleaseRules() {
    super(Release.class);
  }

  @Override
  Release parse(JsonObject payload) {
    return Release.parse(payload);
  }

  /**
   * Returns the slot that decides whether it takes effect: after an expiry that is the END slot of
   * the grant before, which a slow COMMIT may fill first.
   */
  @Override
  Slot slot(Envelope envelope, Release release, TrustRegistry trust) {
    return switch (release.cause()) {
      case PANEL -> Slot.panel(release.taskId(), release.attempt());
      case EXPIRED -> Slot.end(release.taskId(), release.token() - 1);
      case READY, RETRY, YIELDED -> Slot.release(release.taskId(), release.token());
    };
  }

  @Override
  void admit(Envelope envelope, Release release, NeedView view, TrustRegistry trust) {
    Parents.areSome(envelope);
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Release release, NeedView view) {
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
}
