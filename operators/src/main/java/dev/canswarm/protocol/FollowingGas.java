package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.GasSchedule;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Need;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The least gas that the envelopes need which must follow a NEED before it ends as ACCEPTED: those
 * of the shortest way there, with the shortest numbers. Pure.
 */
final class FollowingGas {
  private static final String HASH = "0".repeat(64);
  private static final TaskId TASK = new TaskId(HASH);

  /** Bytes of an id in a list, with quotes and comma. */
  private static final int LISTED_ID_BYTES = 67;

  /** Upper bound for the bytes of any following envelope, beside the NEED's bytes and its lists. */
  private static final int AROUND_BYTES_MAX = 4_096;

  /** Upper bound for the bytes that a task adds to an envelope, beside those in the NEED. */
  private static final int TASK_BYTES_MAX = 512;

  /** Characters of a key of 32 bytes and of a signature of 64 bytes in base64. */
  private static final int KEY_CHARS = 44;

  private static final int SIGNATURE_CHARS = 88;

  /**
   * What one envelope of the shortest way needs.
   *
   * @param gas at least
   */
  private record Following(Verb verb, long gas) {}

  private FollowingGas() {}

  /**
   * Refuses a NEED for which the policy has too little gas.
   *
   * @throws RefusedException OUT_OF_GAS
   */
  static void check(Envelope envelope, Need need, int k, Policy policy) {
    long limit = policy.gasPerEvaluation();
    if (gasMax(envelope, need, k, policy) <= limit) {
      return;
    }
    Following dearest =
        dearest(need, k, policy, bytesAround(envelope.swarmId(), envelope.threadId()));
    if (dearest.gas() > limit) {
      throw new RefusedException(
          Reason.OUT_OF_GAS,
          "expected a NEED whose %s needs at most %d gas, gas_per_evaluation of the policy, got %d"
              .formatted(dearest.verb(), limit, dearest.gas()));
    }
  }

  /** Returns a line if the policy has too little gas for the smallest NEED that there can be. */
  static List<String> problems(Policy policy) {
    Need.Task task = new Need.Task("", "a", JsonNumber.of(0), null, List.of(), List.of());
    Following dearest =
        dearest(
            new Need(List.of(task), null, null, null),
            policy.k(),
            policy,
            bytesAround("a", new ThreadId("a")));
    return dearest.gas() <= policy.gasPerEvaluation()
        ? List.of()
        : List.of(
            "gas_per_evaluation of the policy: expected at least %d, which the %s of a NEED needs,"
                    .formatted(dearest.gas(), dearest.verb())
                + " got "
                + policy.gasPerEvaluation());
  }

  /** Returns an upper bound that is found without writing an envelope, for most NEEDs. */
  private static long gasMax(Envelope envelope, Need need, int k, Policy policy) {
    int tasks = need.tasks().size();
    long listed = policy.kPlan() + (long) (k + need.tasks().size()) * tasks;
    long bytes =
        envelope.bytes().length
            + AROUND_BYTES_MAX
            + (long) TASK_BYTES_MAX * tasks
            + LISTED_ID_BYTES * listed;
    return GasSchedule.ofPassing(Verb.PROPOSE, bytes, tasks, policy)
        + GasSchedule.ofPassing(Verb.COMMIT, 0, 0, policy);
  }

  private static Following dearest(Need need, int k, Policy policy, int around) {
    int tasks = need.tasks().size();
    Need.Task last =
        Collections.max(
            need.tasks(), Comparator.comparingInt((Need.Task task) -> task.requires().size()));
    List<String> inputs = Collections.nCopies(last.requires().size(), HASH);
    List<Finalize.Result> results =
        need.tasks().stream()
            .map(task -> new Finalize.Result(TASK, task.taskType(), HASH))
            .toList();
    JsonObject plan = Plans.of(need, policy).toJson();
    JsonObject decision =
        new Decide(new EnvelopeId(HASH), 0, policy.kPlan(), k, HASH, HASH, HASH).toJson();
    JsonObject work = new Commit(TASK, 1, 1, HASH, inputs).toJson();
    JsonObject end = new Finalize(Finalize.Outcome.ACCEPTED, null, HASH, results).toJson();
    return Stream.of(
            following(Verb.PROPOSE, plan, 1, tasks, policy, around),
            following(Verb.DECIDE, decision, 1 + policy.kPlan(), tasks, policy, around),
            following(Verb.COMMIT, work, 1, tasks, policy, around),
            following(Verb.FINALIZE, end, k * tasks, tasks, policy, around))
        .max(Comparator.comparingLong(Following::gas))
        .orElseThrow();
  }

  private static Following following(
      Verb verb, JsonObject payload, int parents, int tasks, Policy policy, int around) {
    long bytes =
        around
            + verb.name().length()
            + CanonicalJson.write(payload).length
            + (long) LISTED_ID_BYTES * parents
            - 1;
    return new Following(verb, GasSchedule.ofPassing(verb, bytes, tasks, policy));
  }

  /** Returns the bytes of an envelope without its verb's name, its parents and its payload. */
  private static int bytesAround(String swarmId, ThreadId threadId) {
    JsonObject envelope =
        JsonObject.builder()
            .put("v", 1)
            .put("swarm_id", swarmId)
            .put("thread_id", threadId.text())
            .put("need_id", HASH)
            .put("kind", "")
            .put("lamport", 1)
            .put("sender_pk_b64", "0".repeat(KEY_CHARS))
            .put("parents", List.<String>of())
            .put("policy_engine_hash", HASH)
            .put("payload_hash", HASH)
            .put("id", HASH)
            .put("timestamp_ns", "0")
            .put("payload", "")
            .put("sig_b64", "0".repeat(SIGNATURE_CHARS))
            .build();
    return CanonicalJson.write(envelope).length - "\"\"".length();
  }
}
