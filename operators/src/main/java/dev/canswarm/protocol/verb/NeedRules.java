package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Plans;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Need;
import java.util.List;

/** NEED: somebody wants tasks done. It has no parents, and no operations follow. */
final class NeedRules extends VerbRules<Need> {
  NeedRules() {
    super(Need.class);
  }

  @Override
  Need parse(JsonObject payload) {
    return Need.parse(payload);
  }

  @Override
  void checkPolicy(Need need, Policy policy) {
    Plans.of(need, policy);
  }

  /**
   * An idempotency key is one question for a thread, whoever asks it and by whatever way it came.
   * Only a gateway's NEED may be in the slot of a record: otherwise anybody could take the place of
   * one that is still to come.
   */
  @Override
  Slot slot(Envelope envelope, Need need, TrustRegistry trust) {
    String key = need.idempotencyKey();
    if (key != null) {
      return Slot.intake(envelope.threadId(), key);
    }
    Slot intake = Slot.ofNonce(envelope.nonce());
    return intake != null && trust.holds(envelope.sender(), RoleName.GATEWAY)
        ? intake
        : Slot.need(envelope.id());
  }

  @Override
  void admit(Envelope envelope, Need need, NeedView view, TrustRegistry trust) {
    Parents.areExactly(envelope, List.of());
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Need need, NeedView view) {
    return List.of();
  }
}
