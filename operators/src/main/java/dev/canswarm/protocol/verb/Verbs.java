package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The rules of all verbs; each method applies those of the envelope's verb. Pure. */
public final class Verbs {
  private static final Map<Verb, VerbRules<?>> RULES = all();

  private Verbs() {}

  private static VerbRules<?> rules(Verb verb) {
    return switch (verb) {
      case NEED -> new NeedRules();
      case PROPOSE -> new ProposeRules();
      case DECIDE -> new DecideRules();
      case CLAIM -> new ClaimRules();
      case COMMIT -> new CommitRules();
      case ATTEST -> new AttestRules();
      case FINALIZE -> new FinalizeRules();
      case YIELD -> new YieldRules();
      case RELEASE -> new ReleaseRules();
      case CANCEL -> new CancelRules();
      case CONTROL -> new ControlRules();
    };
  }

  private static Map<Verb, VerbRules<?>> all() {
    EnumMap<Verb, VerbRules<?>> rules = new EnumMap<>(Verb.class);
    for (Verb verb : Verb.values()) {
      rules.put(verb, rules(verb));
    }
    return Collections.unmodifiableMap(rules);
  }

  private static VerbRules<?> of(Verb verb) {
    VerbRules<?> rules = RULES.get(verb);
    if (rules == null) {
      throw new IllegalStateException("no rules for " + verb);
    }
    return rules;
  }

  /**
   * Reads the payload of a verb.
   *
   * @throws ShapeException for another form
   */
  public static Payload payload(Verb verb, JsonObject payload) {
    return of(verb).parse(payload);
  }

  /**
   * Reads an envelope's payload and checks it against the policy.
   *
   * @throws RefusedException BAD_SHAPE; BAD_PLAN for tasks that give no plan
   */
  public static Payload payload(Envelope envelope, Policy policy) {
    return payload(of(envelope.verb()), envelope, policy);
  }

  private static <P extends Payload> P payload(
      VerbRules<P> rules, Envelope envelope, Policy policy) {
    P payload;
    try {
      payload = rules.parse(envelope.payload());
    } catch (ShapeException e) {
      throw new RefusedException(rules.reasonFor(e), String.valueOf(e.getMessage()), e);
    }
    rules.checkPolicy(payload, policy);
    return payload;
  }

  /**
   * Returns the slot that a valid envelope is for.
   *
   * @param payload of this envelope
   */
  public static Slot slot(Envelope envelope, Payload payload, TrustRegistry trust) {
    return slot(of(envelope.verb()), envelope, payload, trust);
  }

  private static <P extends Payload> Slot slot(
      VerbRules<P> rules, Envelope envelope, Payload payload, TrustRegistry trust) {
    return rules.slot(envelope, rules.cast(payload), trust);
  }

  /**
   * Checks that an envelope fits the stored messages: its Lamport time, its parents, its lease, and
   * whether its sender may send it for this NEED.
   *
   * @param payload of this envelope
   * @param view in which all its parents are stored
   * @param trust in force for the NEED
   * @throws RefusedException BAD_LAMPORT, BAD_SHAPE, LEASE_TAKEN or SENDER_NOT_AUTHORISED
   */
  public static void admit(Envelope envelope, Payload payload, NeedView view, TrustRegistry trust) {
    long lamport = view.lamportAfter(envelope.parents());
    if (envelope.lamport() != lamport) {
      throw new RefusedException(
          Reason.BAD_LAMPORT,
          "expected " + lamport + ", one more than its parents', got " + envelope.lamport());
    }
    for (EnvelopeId parent : envelope.parents()) {
      Message message = view.byId(parent);
      if (message != null && !message.envelope().threadId().equals(envelope.threadId())) {
        throw Parents.mismatch("parents of thread " + envelope.threadId(), parent.text());
      }
    }
    admit(of(envelope.verb()), envelope, payload, view, trust);
  }

  private static <P extends Payload> void admit(
      VerbRules<P> rules, Envelope envelope, Payload payload, NeedView view, TrustRegistry trust) {
    rules.admit(envelope, rules.cast(payload), view, trust);
  }

  /**
   * Checks that an envelope fits what is stored, and what the policy's own rules say of it.
   *
   * @param payload of this envelope
   * @param view in which all its parents are stored
   * @throws RefusedException as {@link #admit(Envelope, Payload, NeedView, TrustRegistry)}, and
   *     POLICY_RULE_REFUSED or OUT_OF_GAS
   */
  public static void admit(Envelope envelope, Payload payload, NeedView view, Rules rules) {
    admit(envelope, payload, view, rules.trust());
    checkOwnRules(envelope, view, rules.own());
  }

  /**
   * Asks the policy's own rules.
   *
   * @param view in which all parents of the envelope are stored
   * @throws RefusedException POLICY_RULE_REFUSED or OUT_OF_GAS
   */
  public static void checkOwnRules(Envelope envelope, NeedView view, OwnRules own) {
    if (!own.judge(envelope.verb())) {
      return;
    }
    List<Envelope> parents = new ArrayList<>(envelope.parents().size());
    for (EnvelopeId id : envelope.parents()) {
      Message parent = view.byId(id);
      if (parent == null) {
        throw new IllegalStateException("expected all parents of " + envelope + ", missing " + id);
      }
      parents.add(parent.envelope());
    }
    own.check(envelope, parents);
  }

  /**
   * Returns the plan operations that follow from an envelope.
   *
   * @param payload of this envelope
   * @param view in which all its parents are stored
   */
  public static List<PlanOp> ops(Envelope envelope, Payload payload, NeedView view) {
    return ops(of(envelope.verb()), envelope, payload, view);
  }

  private static <P extends Payload> List<PlanOp> ops(
      VerbRules<P> rules, Envelope envelope, Payload payload, NeedView view) {
    return rules.ops(envelope, rules.cast(payload), view);
  }
}
