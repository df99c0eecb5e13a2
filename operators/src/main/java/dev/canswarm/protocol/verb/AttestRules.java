package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import java.util.List;

/**
 * ATTEST: a verifier's vote on a COMMIT or on a plan, which is its only parent. Leaves a remark. A
 * second, opposite vote goes into a slot of its own: the caller that stores it uses {@link
 * Slot#equivocation}.
 */
final class AttestRules extends VerbRules<Attest> {
  AttestRules() {
    super(Attest.class);
  }

  @Override
  Attest parse(JsonObject payload) {
    return Attest.parse(payload);
  }

  @Override
  Slot slot(Envelope envelope, Attest attest, TrustRegistry trust) {
    return Slot.attest(attest.target(), envelope.sender());
  }

  @Override
  void admit(Envelope envelope, Attest attest, NeedView view, TrustRegistry trust) {
    Verb target = attest.work() == null ? Verb.PROPOSE : Verb.COMMIT;
    Parents.include(envelope, view, target, attest.target());
    Parents.areExactly(envelope, List.of(attest.target()));
  }

  @Override
  List<PlanOp> ops(Envelope envelope, Attest attest, NeedView view) {
    Attest.Work work = attest.work();
    JsonObject remark =
        JsonObject.builder()
            .put("by", envelope.sender().base64())
            .put("target", attest.target().text())
            .put("verdict", attest.accept() ? "ACCEPT" : "REJECT")
            .build();
    return List.of(
        work == null
            ? PlanOp.annotate(envelope.need(), remark)
            : PlanOp.annotate(work.taskId(), remark));
  }
}
