package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Cancel;
import java.util.List;

/**
 * CANCEL: ends a NEED that is not wanted any more. Its only parent is the NEED, and its sender is
 * the key that signed the NEED, or an operator. It leaves a remark without the reason, which is for
 * people only.
 */
final class CancelRules extends VerbRules<Cancel> {
  CancelRules() {
    super(Cancel.class);
  }

  @Override
  Cancel parse(JsonObject payload) {
    return Cancel.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Cancel cancel, TrustRegistry trust) {
    return Slot.CANCEL;
  }

  @Override
  void admit(Envelope envelope, Cancel cancel, NeedView view, TrustRegistry trust) {
    Parents.areExactly(envelope, List.of(view.needId().envelope()));
    Message need = view.need();
    boolean isSenders = need != null && need.envelope().sender().equals(envelope.sender());
    if (!isSenders && !trust.holds(envelope.sender(), RoleName.OPERATOR)) {
      throw new RefusedException(
          Reason.SENDER_NOT_AUTHORISED,
          "CANCEL by %s: expected the key that signed the NEED, %s, or an operator's"
              .formatted(envelope.sender(), need == null ? "?" : need.envelope().sender()));
    }
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Cancel cancel, NeedView view) {
    return List.of(
        PlanOp.annotate(
            envelope.need(),
            JsonObject.builder()
                .put("by", envelope.sender().base64())
                .put("verb", envelope.verb().name())
                .build()));
  }
}
