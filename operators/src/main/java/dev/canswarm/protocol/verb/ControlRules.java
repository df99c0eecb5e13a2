package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import java.util.List;

/**
 * CONTROL: an entry of the control chain. It belongs to no NEED, so {@code ControlChain} admits it,
 * against the entries before it, and no operations follow.
 */
final class ControlRules extends VerbRules<Control> {
  ControlRules() {
    super(Control.class);
  }

  @Override
  Control parse(JsonObject payload) {
    return Control.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Control control, TrustRegistry trust) {
    return Slot.control(control.number());
  }

  @Override
  void admit(Envelope envelope, Control control, NeedView view, TrustRegistry trust) {
    throw new IllegalStateException("expected an envelope of a NEED, got " + envelope);
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Control control, NeedView view) {
    return List.of();
  }
}
