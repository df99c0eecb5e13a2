package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Need;
import java.util.ArrayList;
import java.util.List;

/** The verbs that somebody must send before a NEED ends as ACCEPTED. Pure. */
final class FollowingVerbs {
  private static final FollowingVerbs WITHOUT_ORDER =
      new FollowingVerbs(
          List.of(Verb.PROPOSE, Verb.DECIDE, Verb.CLAIM, Verb.COMMIT, Verb.ATTEST, Verb.FINALIZE));

  /** With RELEASE, which opens a task that requires others, and each attempt after the first. */
  private static final FollowingVerbs WITH_ORDER =
      new FollowingVerbs(
          List.of(
              Verb.PROPOSE,
              Verb.DECIDE,
              Verb.CLAIM,
              Verb.COMMIT,
              Verb.ATTEST,
              Verb.RELEASE,
              Verb.FINALIZE));

  /** The verbs of every NEED, whatever its plan and however its attempts end, and NEED itself. */
  static final FollowingVerbs ALL =
      new FollowingVerbs(
          List.of(
              Verb.NEED,
              Verb.PROPOSE,
              Verb.DECIDE,
              Verb.CLAIM,
              Verb.COMMIT,
              Verb.ATTEST,
              Verb.RELEASE,
              Verb.FINALIZE));

  private final List<Verb> verbs;

  private FollowingVerbs(List<Verb> verbs) {
    this.verbs = verbs;
  }

  /** Returns the verbs that must follow a NEED, if no attempt fails. */
  static FollowingVerbs of(Need need) {
    for (Need.Task task : need.tasks()) {
      if (!task.requires().isEmpty()) {
        return WITH_ORDER;
      }
    }
    return WITHOUT_ORDER;
  }

  /** Returns a line for each verb that the policy lets nobody send. */
  List<String> problems(Policy policy) {
    List<String> problems = new ArrayList<>();
    for (Verb verb : verbs) {
      if (!policy.kinds().contains(verb)) {
        problems.add(
            "kinds of the policy: expected " + verb + " among them, got " + policy.kinds());
      } else if (!policy.maySend(Chain.of(verb).saidBy(), verb)) {
        problems.add(
            "may_send of the policy: expected a role that may send " + verb + ", got none");
      }
    }
    return problems;
  }

  /** Returns a line for each verb that the policy allows and no key may send. */
  List<String> problems(Policy policy, TrustRegistry trust) {
    List<String> problems = new ArrayList<>();
    for (Verb verb : verbs) {
      if (!maySend(policy, trust, verb)) {
        problems.add("trust: expected a key in force that may send " + verb + ", got none");
      }
    }
    return problems;
  }

  private static boolean maySend(Policy policy, TrustRegistry trust, Verb verb) {
    for (PublicKey key : trust.keys()) {
      if (policy.maySend(trust.rolesOf(key), verb)) {
        return true;
      }
    }
    return false;
  }
}
