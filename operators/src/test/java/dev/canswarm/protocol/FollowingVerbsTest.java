package dev.canswarm.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Need;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which verbs have to be said, and whether anybody may say them. */
class FollowingVerbsTest {
  private static final FollowingVerbs OF_ONE =
      FollowingVerbs.of(new Need(List.of(task("a")), null, null, null));
  private static final FollowingVerbs OF_TWO =
      FollowingVerbs.of(new Need(List.of(task("a"), task("b", "a")), null, null, null));
  private static final String NO_NEEDS = "{\"may_send\":{\"client\":[],\"gateway\":[]}}";
  private static final TrustRegistry NOBODY = TrustRegistry.of(new TreeMap<>());

  private static Need.Task task(String name, String... requires) {
    return new Need.Task(name, "a", JsonNumber.of(1), null, List.of(requires), List.of());
  }

  private static Policy policyWith(String members) {
    TreeMap<String, JsonValue> all = new TreeMap<>(ControlFixture.policyJson(2).members());
    all.putAll(StrictJson.parseObject(members.getBytes(UTF_8)).members());
    return new ControlChange.Activate(JsonObject.of(all)).read();
  }

  private static TrustRegistry trust(RoleName... roles) {
    TreeMap<PublicKey, Set<RoleName>> keys = new TreeMap<>();
    Arrays.stream(roles)
        .forEach(role -> keys.put(ControlFixture.publicKey(role.label()), EnumSet.of(role)));
    return TrustRegistry.of(keys);
  }

  private static List<Verb> missing(FollowingVerbs verbs, TrustRegistry trust) {
    return verbs.problems(ControlFixture.policy(2), trust).stream()
        .map(
            line ->
                line.replaceFirst(
                    "trust: expected a key in force that may send (\\w+), got none", "$1"))
        .map(Verb::valueOf)
        .toList();
  }

  @Test
  void anEndNeedsAPlanADecisionAndWorkThatIsAccepted() {
    assertThat(missing(OF_ONE, NOBODY))
        .containsExactly(
            Verb.PROPOSE, Verb.DECIDE, Verb.CLAIM, Verb.COMMIT, Verb.ATTEST, Verb.FINALIZE);
  }

  @Test
  void aTaskThatRequiresAnotherIsReleased() {
    assertThat(missing(OF_TWO, NOBODY))
        .containsExactly(
            Verb.PROPOSE,
            Verb.DECIDE,
            Verb.CLAIM,
            Verb.COMMIT,
            Verb.ATTEST,
            Verb.RELEASE,
            Verb.FINALIZE);
  }

  @Test
  void allNeedsTogetherHaveToBeSentToo() {
    assertThat(missing(FollowingVerbs.ALL, NOBODY)).startsWith(Verb.NEED, Verb.PROPOSE).hasSize(8);
    assertThat(
            missing(
                FollowingVerbs.ALL,
                trust(
                    RoleName.CLIENT,
                    RoleName.PLANNER,
                    RoleName.DECIDER,
                    RoleName.WORKER,
                    RoleName.VERIFIER,
                    RoleName.COORDINATOR)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"PLANNER", "DECIDER", "WORKER", "VERIFIER", "COORDINATOR", "CLIENT"})
  void eachRoleSaysItsOwn(RoleName role) {
    List<Verb> left = missing(FollowingVerbs.ALL, trust(role));
    for (Verb verb : missing(FollowingVerbs.ALL, NOBODY)) {
      assertThat(left.contains(verb)).as(verb + " of a " + role).isNotEqualTo(role.maySend(verb));
    }
    assertThat(left).hasSizeLessThan(8);
  }

  @Test
  void aVerbThatThePolicyLeavesOutIsNamedOnceWithTheOnesItHas() {
    Policy policy =
        policyWith(
            "{\"kinds\":[\"NEED\",\"PROPOSE\",\"DECIDE\",\"ATTEST\",\"FINALIZE\"],"
                + "\"may_send\":{\"worker\":[]}}");
    assertThat(OF_TWO.problems(policy))
        .containsExactly(
            "kinds of the policy: expected CLAIM among them, got " + policy.kinds(),
            "kinds of the policy: expected COMMIT among them, got " + policy.kinds(),
            "kinds of the policy: expected RELEASE among them, got " + policy.kinds());
    assertThat(OF_ONE.problems(policy)).hasSize(2);
  }

  @Test
  void aVerbThatOneOfItsRolesMayStillSendIsNoProblem() {
    assertThat(FollowingVerbs.ALL.problems(policyWith("{\"may_send\":{\"gateway\":[]}}")))
        .isEmpty();
    assertThat(FollowingVerbs.ALL.problems(policyWith(NO_NEEDS)))
        .containsExactly("may_send of the policy: expected a role that may send NEED, got none");
    assertThat(OF_TWO.problems(policyWith(NO_NEEDS))).as("it was sent already").isEmpty();
  }

  @Test
  void aKeyMaySendWhatThePolicyLeavesAnyOfItsRoles() {
    Policy policy = policyWith("{\"may_send\":{\"gateway\":[]}}");
    FollowingVerbs all = FollowingVerbs.ALL;
    TreeMap<PublicKey, Set<RoleName>> keys = new TreeMap<>();
    keys.put(ControlFixture.publicKey("door"), EnumSet.of(RoleName.GATEWAY));
    String nobody = "trust: expected a key in force that may send NEED, got none";
    assertThat(all.problems(policy, TrustRegistry.of(keys))).contains(nobody);
    keys.put(ControlFixture.publicKey("door"), EnumSet.of(RoleName.GATEWAY, RoleName.CLIENT));
    assertThat(all.problems(policy, TrustRegistry.of(keys))).doesNotContain(nobody).hasSize(7);
  }
}
