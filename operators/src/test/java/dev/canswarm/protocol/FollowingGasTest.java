package dev.canswarm.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.GasSchedule;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Need;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The gas that is foretold is that of the envelopes which follow. */
class FollowingGasTest {
  private static final String HASH = "a".repeat(64);
  private static final ThreadId THREAD = new ThreadId("a-thread");

  /** An envelope that follows, and its gas. */
  private record Follower(Verb verb, long gas) {}

  private static Policy policy(Map<String, Integer> changed) {
    TreeMap<String, JsonValue> members = new TreeMap<>(ControlFixture.policyJson(2).members());
    changed.forEach((name, value) -> members.put(name, JsonNumber.of(value)));
    return new ControlChange.Activate(JsonObject.of(members)).read();
  }

  private static Policy policy(long gas, int kPlan) {
    return policy(Map.of("gas_per_evaluation", (int) gas, "k_plan", kPlan));
  }

  /** Tasks of which the last requires some of the others. */
  private static JsonObject need(int tasks, int typeChars, int textChars, int required) {
    String type = "t".repeat(typeChars);
    String text = "x".repeat(textChars);
    String json =
        IntStream.range(0, tasks)
            .mapToObj(
                i ->
                    "{\"name\":\"n%d\",\"task_type\":\"%s\",\"input\":\"%s\",\"requires\":[%s],\"produces\":[]}"
                        .formatted(i, type, text, i == tasks - 1 ? names(required) : ""))
            .collect(Collectors.joining(",", "{\"tasks\":[", "]}"));
    return StrictJson.parseObject(json.getBytes(UTF_8));
  }

  private static String names(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"n" + i + '"')
        .collect(Collectors.joining(","));
  }

  private static void check(JsonObject need, int k, Policy policy) {
    Envelope envelope =
        ControlFixture.CODEC.sign(
            Draft.need(THREAD, "nonce", policy.hash(), need), TestKeys.key("client"), 1);
    FollowingGas.check(envelope, Need.parse(need), k, policy);
  }

  private static Follower follower(Verb verb, JsonObject payload, int parents, Policy policy) {
    Draft draft =
        Draft.builder(verb, THREAD)
            .need(new NeedId(HASH))
            .lamport(9)
            .parents(
                IntStream.range(0, parents)
                    .mapToObj("%064x"::formatted)
                    .map(EnvelopeId::new)
                    .toList())
            .policyHash(policy.hash())
            .payload(payload)
            .build();
    Envelope envelope = ControlFixture.CODEC.sign(draft, TestKeys.key("agent"), 1);
    return new Follower(verb, GasSchedule.ofPassing(envelope, policy));
  }

  /** The dearest of the real envelopes on the way to an end without any detour. */
  private static Follower dearest(Need need, int k, Policy policy) {
    List<Finalize.Result> results =
        need.tasks().stream()
            .map(task -> new Finalize.Result(new TaskId(HASH), task.taskType(), HASH))
            .toList();
    int inputs = need.tasks().get(need.tasks().size() - 1).requires().size();
    Follower dearest = follower(Verb.PROPOSE, Plans.of(need, policy).toJson(), 1, policy);
    for (Follower next :
        List.of(
            follower(
                Verb.DECIDE,
                new Decide(new EnvelopeId(HASH), 1, policy.kPlan(), k, HASH, HASH, HASH).toJson(),
                1 + policy.kPlan(),
                policy),
            follower(
                Verb.COMMIT,
                new Commit(new TaskId(HASH), 1, 1, HASH, Collections.nCopies(inputs, HASH))
                    .toJson(),
                1,
                policy),
            follower(
                Verb.FINALIZE,
                new Finalize(Finalize.Outcome.ACCEPTED, null, HASH, results).toJson(),
                k * need.tasks().size(),
                policy))) {
      dearest = next.gas() > dearest.gas() ? next : dearest;
    }
    return dearest;
  }

  private static void assertExact(JsonObject need, int k, int kPlan) {
    Follower dearest = dearest(Need.parse(need), k, policy(1, kPlan));
    check(need, k, policy(dearest.gas(), kPlan));
    assertThatThrownBy(() -> check(need, k, policy(dearest.gas() - 1, kPlan)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.OUT_OF_GAS);
              assertThat(e.detail())
                  .isEqualTo(
                      "expected a NEED whose %s needs at most %d gas, gas_per_evaluation of the"
                              .formatted(dearest.verb(), dearest.gas() - 1)
                          + " policy, got "
                          + dearest.gas());
            });
  }

  @Property(tries = 8)
  void aNeedPassesWithTheGasOfItsDearestFollowerAndNotWithLess(
      @ForAll @IntRange(min = 1, max = 20) int tasks,
      @ForAll @IntRange(min = 1, max = 64) int typeChars,
      @ForAll @IntRange(max = 600) int textChars,
      @ForAll @IntRange(max = 19) int required,
      @ForAll @IntRange(min = 1, max = 25) int k,
      @ForAll @IntRange(max = 9) int kPlan) {
    assertExact(need(tasks, typeChars, textChars, Math.min(required, tasks - 1)), k, kPlan);
  }

  @Example
  void whatIsDearestDependsOnTheNeedAndThePolicy() {
    assertThat(dearest(Need.parse(need(1, 1, 3_000, 0)), 2, policy(1, 0)).verb())
        .isEqualTo(Verb.PROPOSE);
    assertThat(dearest(Need.parse(need(1, 1, 0, 0)), 1, policy(1, 60)).verb())
        .isEqualTo(Verb.DECIDE);
    assertThat(dearest(Need.parse(need(2, 1, 0, 1)), 1, policy(1, 0)).verb())
        .isEqualTo(Verb.PROPOSE);
    assertThat(dearest(Need.parse(need(4, 1, 0, 3)), 9, policy(1, 0)).verb())
        .isEqualTo(Verb.FINALIZE);
    assertExact(need(1, 1, 0, 0), 1, 60);
    assertExact(need(4, 1, 0, 3), 9, 0);
  }

  @Example
  void thePolicysProblemIsThatOfTheSmallestNeedWithThePolicysVotes() {
    Policy policy = policy(Map.of("gas_per_evaluation", 1, "k_plan", 60));
    String line =
        "gas_per_evaluation of the policy: expected at least (\\d+), which the DECIDE of a NEED"
            + " needs, got 1";
    assertThat(FollowingGas.problems(policy)).singleElement().asString().matches(line);
    int least = Integer.parseInt(FollowingGas.problems(policy).get(0).replaceFirst(line, "$1"));
    assertThat(FollowingGas.problems(policy(least, 60))).isEmpty();
    assertThat(FollowingGas.problems(policy(least - 1, 60))).hasSize(1);
    Policy fewer = policy(Map.of("gas_per_evaluation", least - 1, "k_plan", 60 - 4));
    assertThat(FollowingGas.problems(fewer)).as("a vote has 67 bytes, over 4 gas").isEmpty();
  }
}
