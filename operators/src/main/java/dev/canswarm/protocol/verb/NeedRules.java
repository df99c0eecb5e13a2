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

/** NEED: asks for tasks. It has no parents, and no operations follow. */
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
   * Returns the slot of a NEED. An idempotency key names one slot in its thread, for every signer
   * and every way of arrival. Only a NEED of a gateway may use the slot of a record position:
   * otherwise any sender could fill the slot of a record that is still to come.
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
        : Slot.need(envelope.need());
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
