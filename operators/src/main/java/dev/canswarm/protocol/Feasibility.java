package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks whether a NEED can end as ACCEPTED at all under the policy and the trust file: the
 * envelopes that must follow from it have limits too. A NEED that cannot is refused at once instead
 * of after a timeout. Facts that only other processes know, such as their task types, are not
 * considered. Pure.
 */
public final class Feasibility {
  /** Upper bound for the bytes of an envelope beside its payload and its parents. */
  private static final int ENVELOPE_BYTES_MAX = 2_048;

  /** Upper bound for the bytes that a PROPOSE adds to a NEED's payload, once and for each task. */
  private static final int WRAPPING_BYTES_MAX = 256;

  /** The array of tasks, and the task in it. */
  private static final int WRAPPING_LEVELS = 2;

  /** Bytes of a hash or a key in a list, with quotes and comma. */
  private static final int LISTED_HASH_BYTES = 67;

  /** Upper bound for the bytes of one result of a FINALIZE, without the name of its task type. */
  private static final int RESULT_BYTES_MAX = 256;

  /** Most bytes of one character of a name in canonical JSON. */
  private static final int ESCAPED_BYTES_MAX = 6;

  private Feasibility() {}

  /**
   * Refuses a NEED that could not succeed.
   *
   * @throws RefusedException TOO_LARGE if a following envelope would be too large, OUT_OF_GAS if
   *     the policy has too little gas for one; BAD_PLAN for a plan whose votes no envelope can
   *     name; POLICY_MISMATCH if it asks for more votes than there are verifiers, or nobody may
   *     send an envelope that must follow
   */
  public static void check(Envelope envelope, Need need, Rules rules) {
    Policy policy = rules.policy();
    refuse(FollowingVerbs.of(need).problems(policy));
    checkTrust(need, rules);
    checkProposal(envelope, need, policy);
    checkFollowers(need, rules.kOf(need), policy);
    FollowingGas.check(envelope, need, rules.kOf(need), policy);
  }

  /**
   * Refuses a NEED that could not succeed with the keys of these rules. The keys in force may be
   * fewer when the NEED is stored than all keys that were ever listed.
   *
   * @throws RefusedException POLICY_MISMATCH if it asks for more votes than there are verifiers, or
   *     no key may send an envelope that must follow
   */
  public static void checkTrust(Need need, Rules rules) {
    Policy policy = rules.policy();
    TrustRegistry trust = rules.trust();
    refuse(FollowingVerbs.of(need).problems(policy, trust));
    atMost(
        need.k() == null ? "k of the policy" : "k",
        verifiersBeside(trust),
        "the verifiers of the trust file beside the worker",
        rules.kOf(need));
    atMost(
        "k_plan of the policy",
        verifiers(trust),
        "the verifiers of the trust file",
        policy.kPlan());
  }

  private static void atMost(String name, int most, String what, int actual) {
    if (actual > most) {
      throw new RefusedException(
          Reason.POLICY_MISMATCH,
          "%s: expected at most %d, %s, got %d".formatted(name, most, what, actual));
    }
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new RefusedException(Reason.POLICY_MISMATCH, String.join("; ", problems));
    }
  }

  /**
   * Returns a line for each limit of a policy under which NEEDs of some kind could not end as
   * ACCEPTED, whatever they ask for.
   */
  public static List<String> problems(Policy policy) {
    List<String> problems = new ArrayList<>(FollowingVerbs.ALL.problems(policy));
    problems.addAll(FollowingGas.problems(policy));
    return problems;
  }

  /** Returns a line for each verb of a NEED that no key may send. */
  public static List<String> problems(Policy policy, TrustRegistry trust) {
    return FollowingVerbs.ALL.problems(policy, trust);
  }

  /** Returns the largest number of verifiers that may vote on the work of any one worker. */
  public static int verifiersBeside(TrustRegistry trust) {
    int verifiers = verifiers(trust);
    List<PublicKey> workers = trust.withRole(RoleName.WORKER);
    for (PublicKey worker : workers) {
      if (!trust.holds(worker, RoleName.VERIFIER)) {
        return verifiers;
      }
    }
    return workers.isEmpty() ? verifiers : verifiers - 1;
  }

  private static int verifiers(TrustRegistry trust) {
    int count = 0;
    for (PublicKey key : trust.verifiers()) {
      count += trust.holds(key, RoleName.VERIFIER) ? 1 : 0;
    }
    return count;
  }

  private static void checkProposal(Envelope envelope, Need need, Policy policy) {
    int bytesMax = payloadBytesMax(policy);
    int depthMax = EnvelopeLimits.DEFAULT_DEPTH_MAX;
    int wrapping = WRAPPING_BYTES_MAX * (1 + need.tasks().size());
    boolean isSurelySmall = envelope.bytes().length + wrapping <= bytesMax;
    if (isSurelySmall && depth(envelope.bytes()) + WRAPPING_LEVELS <= depthMax) {
      return;
    }
    Propose propose = Plans.of(need, policy);
    byte[] payload = CanonicalJson.write(propose.toJson());
    if (payload.length > bytesMax) {
      throw tooLarge(
          "expected a NEED whose PROPOSE has a payload of at most %d bytes, got %d"
              .formatted(bytesMax, payload.length));
    }
    int depth = 1 + depth(payload);
    if (depth > depthMax) {
      throw tooLarge(
          "expected a NEED whose PROPOSE has at most %d levels of nesting, got %d"
              .formatted(depthMax, depth));
    }
  }

  /**
   * Checks the envelopes with lists: RELEASE and COMMIT name inputs, FINALIZE results and votes.
   */
  private static void checkFollowers(Need need, int k, Policy policy) {
    int bytesMax = payloadBytesMax(policy);
    long results = RESULT_BYTES_MAX;
    int requiredMax = 0;
    for (Need.Task task : need.tasks()) {
      results += RESULT_BYTES_MAX + (long) ESCAPED_BYTES_MAX * task.taskType().length();
      requiredMax = Math.max(requiredMax, task.requires().size());
    }
    if (results > bytesMax) {
      throw tooLarge(
          "expected a NEED whose FINALIZE has a payload of at most %d bytes, %d tasks may need %d"
              .formatted(bytesMax, need.tasks().size(), results));
    }
    long votes = (long) k * need.tasks().size();
    long end = results + LISTED_HASH_BYTES * votes + ENVELOPE_BYTES_MAX;
    if (end > EnvelopeLimits.DEFAULT_BYTES_MAX) {
      throw tooLarge(
          "expected a NEED whose FINALIZE has at most %d bytes, %d results and %d votes may need %d"
              .formatted(EnvelopeLimits.DEFAULT_BYTES_MAX, need.tasks().size(), votes, end));
    }
    long inputs = (long) LISTED_HASH_BYTES * requiredMax + ENVELOPE_BYTES_MAX;
    if (requiredMax > 0 && inputs > bytesMax) {
      throw tooLarge(
          "expected tasks whose inputs fit a payload of %d bytes, %d of them may need %d"
              .formatted(bytesMax, requiredMax, inputs));
    }
    if (votes > policy.parentsMax()) {
      throw new RefusedException(
          Reason.BAD_PLAN,
          "expected at most %d votes in all, parents_max of the policy, got %d tasks with k = %d"
              .formatted(policy.parentsMax(), need.tasks().size(), k));
    }
  }

  private static int payloadBytesMax(Policy policy) {
    return Math.min(
        policy.payloadBytesMax(), EnvelopeLimits.DEFAULT_BYTES_MAX - ENVELOPE_BYTES_MAX);
  }

  /** Returns the nesting depth of canonical JSON. */
  private static int depth(byte[] json) {
    int open = 0;
    int most = 0;
    boolean isText = false;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (isText) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          isText = false;
        }
      } else if (b == '"') {
        isText = true;
      } else if (b == '{' || b == '[') {
        most = Math.max(most, ++open);
      } else if (b == '}' || b == ']') {
        open--;
      }
    }
    return most;
  }

  private static RefusedException tooLarge(String detail) {
    return new RefusedException(Reason.TOO_LARGE, detail);
  }
}
