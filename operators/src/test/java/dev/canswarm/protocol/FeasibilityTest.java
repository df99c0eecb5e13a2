package dev.canswarm.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.GasSchedule;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Need;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which NEEDs could not end as ACCEPTED, however everything goes. */
class FeasibilityTest {
  private static final int VERIFIERS = 4;
  private static final List<RoleName> OTHERS =
      List.of(RoleName.PLANNER, RoleName.DECIDER, RoleName.WORKER, RoleName.COORDINATOR);

  /** The envelope and its payload around the input of a NEED; a PROPOSE has two levels more. */
  private static final int LEVELS_OF_A_NEED = 2;

  private static PublicKey key(String name) {
    return TestKeys.key(name).publicKey();
  }

  private static TrustRegistry trust(Map<String, Set<RoleName>> agents) {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    agents.forEach((name, set) -> roles.put(key(name), set));
    return TrustRegistry.of(roles);
  }

  /** One agent of each role that a NEED goes through, and verifiers beside them. */
  private static TrustRegistry trust(int verifiers) {
    return trust(agents(verifiers));
  }

  private static Map<String, Set<RoleName>> agents(int verifiers) {
    TreeMap<String, Set<RoleName>> agents = new TreeMap<>();
    for (RoleName role : OTHERS) {
      agents.put(role.label(), EnumSet.of(role));
    }
    for (int i = 0; i < verifiers; i++) {
      agents.put("verifier " + i, EnumSet.of(RoleName.VERIFIER));
    }
    return agents;
  }

  private static Policy policy(Map<String, Integer> changed) {
    TreeMap<String, JsonValue> members = new TreeMap<>(ControlFixture.policyJson(2).members());
    changed.forEach((name, value) -> members.put(name, JsonNumber.of(value)));
    return new ControlChange.Activate(JsonObject.of(members)).read();
  }

  private static Policy policy() {
    return policy(Map.of());
  }

  private static void check(String payload, Policy policy, TrustRegistry trust) {
    JsonObject json = StrictJson.parseObject(payload.getBytes(UTF_8));
    Envelope envelope =
        ControlFixture.CODEC.sign(
            Draft.need(new ThreadId("t"), "nonce", policy.hash(), json), TestKeys.key("client"), 1);
    Feasibility.check(envelope, Need.parse(json), new Rules(policy, trust, new TreeSet<>()));
  }

  private static void assertFeasible(String payload, Policy policy) {
    assertThatCode(() -> check(payload, policy, trust(VERIFIERS))).doesNotThrowAnyException();
  }

  private static void assertRefused(String payload, Policy policy, Reason reason, String detail) {
    assertRefused(payload, policy, trust(VERIFIERS), reason, detail);
  }

  private static void assertRefused(
      String payload, Policy policy, TrustRegistry trust, Reason reason, String detail) {
    assertThatThrownBy(() -> check(payload, policy, trust))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.detail()).isEqualTo(detail);
              assertThat(e.reason()).isEqualTo(reason);
            });
  }

  private static String single(String input) {
    return "{\"task_type\":\"a\",\"input\":" + input + "}";
  }

  /** Independent tasks. */
  private static String several(int tasks) {
    return IntStream.range(0, tasks)
        .mapToObj(i -> task("t" + i, ""))
        .collect(Collectors.joining(",", "{\"tasks\":[", "]}"));
  }

  private static String task(String name, String requires) {
    return "{\"name\":\"%s\",\"task_type\":\"a\",\"input\":1,\"requires\":[%s],\"produces\":[]}"
        .formatted(name, requires);
  }

  @Test
  void verifiersBesideTheOnlyWorkerAreCountedWithoutIt() {
    Set<RoleName> both = EnumSet.of(RoleName.WORKER, RoleName.VERIFIER);
    Set<RoleName> worker = EnumSet.of(RoleName.WORKER);
    Set<RoleName> verifier = EnumSet.of(RoleName.VERIFIER);
    assertThat(Feasibility.verifiersBeside(trust(3))).isEqualTo(3);
    assertThat(Feasibility.verifiersBeside(trust(Map.of("a", both, "b", verifier)))).isEqualTo(1);
    assertThat(Feasibility.verifiersBeside(trust(Map.of("a", both, "b", both)))).isEqualTo(1);
    assertThat(Feasibility.verifiersBeside(trust(Map.of("a", both, "b", worker))))
        .as("the other one may work")
        .isEqualTo(1);
    assertThat(Feasibility.verifiersBeside(trust(Map.of("a", both, "b", worker, "c", verifier))))
        .isEqualTo(2);
    assertThat(Feasibility.verifiersBeside(trust(Map.of("b", verifier, "c", verifier))))
        .as("nobody works here")
        .isEqualTo(2);
    assertThat(Feasibility.verifiersBeside(trust(Map.of()))).isZero();
  }

  @Test
  void aNeedMayAskForAsManyVotesAsThereAreVerifiers() {
    assertFeasible("{\"task_type\":\"a\",\"input\":1,\"k\":4}", policy());
    assertRefused(
        "{\"task_type\":\"a\",\"input\":1,\"k\":5}",
        policy(),
        Reason.POLICY_MISMATCH,
        "k: expected at most 4, the verifiers of the trust file beside the worker, got 5");
  }

  @Test
  void aPolicyThatAsksForMoreVotesThanThereAreVerifiersIsNamed() {
    assertRefused(
        single("1"),
        policy(),
        trust(1),
        Reason.POLICY_MISMATCH,
        "k of the policy: expected at most 1, the verifiers of the trust file beside the worker,"
            + " got 2");
  }

  /** The bytes of a PROPOSE's payload whose only input is a text, without the text itself. */
  private static int bytesAroundATextOf(Policy policy) {
    JsonObject need = StrictJson.parseObject(single("\"\"").getBytes(UTF_8));
    return CanonicalJson.write(Plans.of(Need.parse(need), policy).toJson()).length;
  }

  @Test
  void theProposalMayBeAsLargeAsThePolicySaysAndNoLarger() {
    int bytesMax = 4_096;
    Policy policy = policy(Map.of("payload_bytes_max", bytesMax));
    int around = bytesAroundATextOf(policy);
    assertFeasible(single('"' + "x".repeat(bytesMax - around) + '"'), policy);
    assertRefused(
        single('"' + "x".repeat(bytesMax - around + 1) + '"'),
        policy,
        Reason.TOO_LARGE,
        "expected a NEED whose PROPOSE has a payload of at most 4096 bytes, got 4097");
  }

  @Test
  void theProposalHasToFitAnEnvelopeHoweverMuchThePolicyAllows() {
    Policy policy = policy(Map.of("payload_bytes_max", 1 << 24));
    int bytes = EnvelopeLimits.DEFAULT_BYTES_MAX - 2_048;
    int around = bytesAroundATextOf(policy);
    assertFeasible(single('"' + "x".repeat(bytes - around) + '"'), policy);
    assertRefused(
        single('"' + "x".repeat(bytes - around + 1) + '"'),
        policy,
        Reason.TOO_LARGE,
        "expected a NEED whose PROPOSE has a payload of at most %d bytes, got %d"
            .formatted(bytes, bytes + 1));
  }

  private static String nested(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  @Test
  void theProposalMayNestAsDeepAsAnEnvelopeMayAndNoDeeper() {
    int most = EnvelopeLimits.DEFAULT_DEPTH_MAX - LEVELS_OF_A_NEED - 2;
    assertFeasible(single(nested(most)), policy());
    assertRefused(
        single(nested(most + 1)),
        policy(),
        Reason.TOO_LARGE,
        "expected a NEED whose PROPOSE has at most 64 levels of nesting, got 65");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "\\\"[", "\\\\\\\"{"})
  void bracketsInATextAreNotNesting(String unit) {
    assertFeasible(single('"' + unit.repeat(200) + '"'), policy());
    assertFeasible("{\"task_type\":\"a\",\"input\":{\"" + unit.repeat(200) + "\":1}}", policy());
  }

  @Test
  void bracketsBehindATextThatEndsInABackslashAreNesting() {
    int most = EnvelopeLimits.DEFAULT_DEPTH_MAX - LEVELS_OF_A_NEED - 2;
    assertRefused(
        single("[\"\\\\\"," + nested(most) + "]"),
        policy(),
        Reason.TOO_LARGE,
        "expected a NEED whose PROPOSE has at most 64 levels of nesting, got 65");
  }

  @Test
  void closedBracketsAreNotNesting() {
    String beside = IntStream.range(0, 70).mapToObj(i -> "[]").collect(Collectors.joining(","));
    assertFeasible(single("[" + beside + "]"), policy());
  }

  @Test
  void theResultsOfAllTasksHaveToFitAFinalize() {
    Policy policy = policy(Map.of("payload_bytes_max", 1_024));
    assertFeasible(several(2), policy);
    assertRefused(
        several(3),
        policy,
        Reason.TOO_LARGE,
        "expected a NEED whose FINALIZE has a payload of at most 1024 bytes, 3 tasks may need"
            + " 1042");
  }

  @Test
  void theResultsAndTheVotesHaveToFitOneEnvelope() {
    Policy policy =
        policy(
            Map.of(
                "parents_max",
                1 << 16,
                "plan_tasks_max",
                4_096,
                "payload_bytes_max",
                1 << 20,
                "gas_per_evaluation",
                1 << 20,
                "k",
                4,
                "k_max",
                4));
    assertFeasible(several(1_800), policy);
    assertRefused(
        several(2_000),
        policy,
        Reason.TOO_LARGE,
        "expected a NEED whose FINALIZE has at most 1000000 bytes, 2000 results and 8000 votes may"
            + " need 1062304");
  }

  @Test
  void theInputsOfEachTaskHaveToFitItsRelease() {
    String two = "{\"tasks\":[" + task("a", "") + "," + task("b", "\"a\"") + "]}";
    assertFeasible(two, policy(Map.of("payload_bytes_max", 2_115)));
    assertRefused(
        two,
        policy(Map.of("payload_bytes_max", 2_114)),
        Reason.TOO_LARGE,
        "expected tasks whose inputs fit a payload of 2114 bytes, 1 of them may need 2115");
    assertFeasible(several(2), policy(Map.of("payload_bytes_max", 2_114)));
  }

  @Test
  void allVotesHaveToBeNamedByOneEnvelope() {
    Policy policy = policy(Map.of("parents_max", 16));
    assertFeasible(several(8), policy);
    assertRefused(
        several(9),
        policy,
        Reason.BAD_PLAN,
        "expected at most 16 votes in all, parents_max of the policy, got 9 tasks with k = 2");
  }

  private static Policy policyWith(String member, String json) {
    TreeMap<String, JsonValue> members = new TreeMap<>(ControlFixture.policyJson(2).members());
    members.put(member, StrictJson.parse(json.getBytes(UTF_8)));
    return new ControlChange.Activate(JsonObject.of(members)).read();
  }

  private static Policy without(Verb verb) {
    List<String> kinds =
        policy().kinds().stream().filter(kind -> kind != verb).map(Verb::name).toList();
    return policyWith("kinds", kinds.stream().collect(Collectors.joining("\",\"", "[\"", "\"]")));
  }

  private static final String IN_ORDER =
      "{\"tasks\":[" + task("a", "") + "," + task("b", "\"a\"") + "]}";

  @ParameterizedTest
  @EnumSource(
      value = Verb.class,
      names = {"PROPOSE", "DECIDE", "CLAIM", "COMMIT", "ATTEST", "FINALIZE"})
  void aPolicyWithoutAVerbThatMustFollowIsNamed(Verb verb) {
    Policy policy = without(verb);
    assertRefused(
        single("1"),
        policy,
        Reason.POLICY_MISMATCH,
        "kinds of the policy: expected %s among them, got %s".formatted(verb, policy.kinds()));
    assertThat(Feasibility.problems(policy)).singleElement().asString().contains(verb.name());
  }

  @Test
  void onlyTasksThatRequireOthersNeedARelease() {
    Policy policy = without(Verb.RELEASE);
    assertFeasible(single("1"), policy);
    assertRefused(
        IN_ORDER,
        policy,
        Reason.POLICY_MISMATCH,
        "kinds of the policy: expected RELEASE among them, got " + policy.kinds());
    assertThat(Feasibility.problems(policy)).hasSize(1);
    assertFeasible(single("1"), without(Verb.YIELD));
    assertThat(Feasibility.problems(without(Verb.YIELD))).isEmpty();
  }

  @Test
  void aPolicyThatLetsNobodySendAVerbIsNamed() {
    Policy policy = policyWith("may_send", "{\"worker\":[\"CLAIM\"]}");
    assertRefused(
        single("1"),
        policy,
        Reason.POLICY_MISMATCH,
        "may_send of the policy: expected a role that may send COMMIT, got none");
    assertThat(Feasibility.problems(policy))
        .containsExactly("may_send of the policy: expected a role that may send COMMIT, got none");
    assertThat(Feasibility.problems(policyWith("may_send", "{\"client\":[]}")))
        .as("gateways may send NEEDs")
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = RoleName.class,
      names = {"PLANNER", "DECIDER", "WORKER", "COORDINATOR"})
  void aRoleThatNobodyPlaysIsNamed(RoleName role) {
    Map<String, Set<RoleName>> agents = agents(VERIFIERS);
    agents.remove(role.label());
    assertThatThrownBy(() -> check(single("1"), policy(), trust(agents)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.POLICY_MISMATCH);
              assertThat(e.detail()).startsWith("trust: expected a key in force that may send ");
            });
    agents.put("gateway", EnumSet.of(RoleName.GATEWAY));
    assertThat(Feasibility.problems(policy(), trust(agents))).isNotEmpty();
    agents.put(role.label(), EnumSet.of(role));
    assertThat(Feasibility.problems(policy(), trust(agents))).isEmpty();
  }

  @Test
  void aKeyOfWhichNothingIsAdmittedPlaysNoRole() {
    TrustRegistry trust = trust(VERIFIERS);
    assertRefused(
        single("1"),
        policy(),
        trust.without(Set.of(key("planner"))),
        Reason.POLICY_MISMATCH,
        "trust: expected a key in force that may send PROPOSE, got none");
    assertThat(Feasibility.verifiersBeside(trust.without(Set.of(key("verifier 0"))))).isEqualTo(3);
  }

  @Test
  void aPlanMayNeedAsManyVotesAsThereAreVerifiers() {
    assertFeasible(single("1"), policy(Map.of("k_plan", 4)));
    assertRefused(
        single("1"),
        policy(Map.of("k_plan", 5)),
        Reason.POLICY_MISMATCH,
        "k_plan of the policy: expected at most 4, the verifiers of the trust file, got 5");
  }

  /** What a following envelope says it needs is what the policy's check of it then uses. */
  @ParameterizedTest
  @CsvSource({"PROPOSE,7", "FINALIZE,16"})
  void theGasHasToSufficeForWhatFollows(Verb verb, int tasks) {
    String need = verb == Verb.PROPOSE ? single("\"" + "x".repeat(9_000) + "\"") : several(tasks);
    Policy little = policy(Map.of("gas_per_evaluation", 1, "parents_max", 64));
    long least = gasOf(verb, need, little);
    assertFeasible(need, policy(Map.of("gas_per_evaluation", (int) least, "parents_max", 64)));
    assertRefused(
        need,
        policy(Map.of("gas_per_evaluation", (int) least - 1, "parents_max", 64)),
        Reason.OUT_OF_GAS,
        "expected a NEED whose %s needs at most %d gas, gas_per_evaluation of the policy, got %d"
            .formatted(verb, least - 1, least));
  }

  /** The gas of the real envelope. */
  private static long gasOf(Verb verb, String need, Policy policy) {
    Need parsed = Need.parse(StrictJson.parseObject(need.getBytes(UTF_8)));
    String hash = "a".repeat(64);
    int tasks = parsed.tasks().size();
    JsonObject payload =
        verb == Verb.PROPOSE
            ? Plans.of(parsed, policy).toJson()
            : new Finalize(
                    Finalize.Outcome.ACCEPTED,
                    null,
                    hash,
                    parsed.tasks().stream()
                        .map(task -> new Finalize.Result(new TaskId(hash), task.taskType(), hash))
                        .toList())
                .toJson();
    List<EnvelopeId> parents =
        IntStream.range(0, verb == Verb.PROPOSE ? 1 : policy.k() * tasks)
            .mapToObj("%064x"::formatted)
            .map(EnvelopeId::new)
            .toList();
    Draft draft =
        Draft.builder(verb, new ThreadId("t"))
            .need(new NeedId(hash))
            .lamport(2)
            .parents(parents)
            .policyHash(policy.hash())
            .payload(payload)
            .build();
    return GasSchedule.ofPassing(
        ControlFixture.CODEC.sign(draft, TestKeys.key("planner"), 1), policy);
  }

  @Test
  void aPolicyWithTooLittleGasForTheSmallestNeedIsNamed() {
    assertThat(Feasibility.problems(policy())).isEmpty();
    assertThat(Feasibility.problems(policy(Map.of("gas_per_evaluation", 360))))
        .singleElement()
        .asString()
        .matches(
            "gas_per_evaluation of the policy: expected at least 4\\d\\d, which the [A-Z]+ of a"
                + " NEED needs, got 360");
  }
}
