package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.protocol.Feasibility;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Payload;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The checks of an envelope that need nothing but the envelope, the policy and the trust file.
 * Every way in makes the same checks: the intake topic, the verbs' topics, HTTP and the command
 * line. Pure, thread-safe.
 */
public final class Admission {
  private final PolicyCheck policyCheck;
  private final Rules rules;
  private final boolean plansAlone;

  /**
   * @param plansAlone whether this process runs every planner of the trust file: then no other
   *     process can plan a NEED whose task type is unknown here, and it is refused
   */
  public Admission(PolicyCheck policyCheck, Rules rules, boolean plansAlone) {
    this.policyCheck = policyCheck;
    this.rules = rules;
    this.plansAlone = plansAlone;
  }

  /** Returns the rules that the checks use. */
  public Rules rules() {
    return rules;
  }

  /** A meter for one envelope, with the policy's limit. */
  public GasMeter meter() {
    return policyCheck.meter();
  }

  /** As {@link #check(Envelope, String, GasMeter)}, if the caller does not need the gas. */
  public Payload check(Envelope envelope, String topic) {
    return check(envelope, topic, meter());
  }

  /**
   * Checks an envelope and returns its payload.
   *
   * @param topic that it came on, or will go to
   * @param meter counts the gas of the policy's rules
   * @throws RefusedException with the reason
   */
  public Payload check(Envelope envelope, String topic, GasMeter meter) {
    policyCheck.check(envelope, topic, meter);
    Payload payload = Verbs.payload(envelope, rules.policy());
    if (payload instanceof Need need) {
      checkOwnRules(envelope, meter);
      Feasibility.check(envelope, need, rules);
      checkTypes(need);
    }
    return payload;
  }

  /** A NEED has no parents, so that nothing that is stored has to be asked for. */
  private void checkOwnRules(Envelope need, GasMeter meter) {
    if (rules.own().judge(need.verb())) {
      try {
        rules.own().check(need, List.of());
      } finally {
        meter.add(Math.max(0, rules.own().gasOf(need)));
      }
    }
  }

  private void checkTypes(Need need) {
    if (!plansAlone) {
      return;
    }
    SortedSet<String> unknown = new TreeSet<>();
    need.tasks().forEach(task -> unknown.add(task.taskType()));
    unknown.removeAll(rules.taskTypes());
    if (!unknown.isEmpty()) {
      throw new RefusedException(
          Reason.UNKNOWN_TASK_TYPE,
          "expected task types of %s, which the only planners know, got %s"
              .formatted(rules.taskTypes(), unknown));
    }
  }
}
