package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Payload;
import java.util.List;

/**
 * The rules of one verb. Each method is a pure function; {@link Verbs} calls them with envelopes of
 * this verb only.
 *
 * @param <P> the payload that the verb carries
 */
abstract class VerbRules<P extends Payload> {
  private final Class<P> payloadType;

  VerbRules(Class<P> payloadType) {
    this.payloadType = payloadType;
  }

  /**
   * The payload as the type that this verb has.
   *
   * @throws ClassCastException for another verb's: a defect of the caller
   */
  final P cast(Payload payload) {
    return payloadType.cast(payload);
  }

  /**
   * Reads the payload.
   *
   * @throws ShapeException for another form
   */
  abstract P parse(JsonObject payload);

  /** Returns the reason for refusing a payload that does not have the verb's form. */
  Reason reasonFor(ShapeException mismatch) {
    return Reason.BAD_SHAPE;
  }

  /**
   * Checks a payload against the policy, where more than its form matters.
   *
   * @throws RefusedException when the policy does not allow it
   */
  void checkPolicy(P payload, Policy policy) {}

  /**
   * Returns the slot that an envelope is for; of a kind that the verb's line in the chain lists.
   */
  abstract Slot slot(Envelope envelope, P payload, TrustRegistry trust);

  /**
   * Checks an envelope against what is stored; its Lamport time and thread are checked before.
   *
   * @param view in which all its parents are stored
   * @param trust in force for the NEED
   * @throws RefusedException BAD_SHAPE, LEASE_TAKEN or SENDER_NOT_AUTHORISED
   */
  abstract void admit(Envelope envelope, P payload, NeedView view, TrustRegistry trust);

  /**
   * Returns the plan operations that follow.
   *
   * @param view in which the envelope's parents are stored
   */
  abstract List<PlanOp> ops(Envelope envelope, P payload, NeedView view);
}
