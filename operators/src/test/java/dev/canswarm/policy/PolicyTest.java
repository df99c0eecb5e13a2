package dev.canswarm.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ShapeException;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final String WITHOUT =
      """
      {"version":1,"kinds":["COMMIT"],"payload_bytes_max":65536,"plan_tasks_max":16,
       "parents_max":256,"artifact":{"bytes_max":65536},"k":2,"k_max":8,"k_plan":0,
       "attempts_max":1,"plan_ms":1,"lease_ms":1,"verify_ms":1,"gate_ms":1,"deadline_ms":1,
       "deadline_ms_max":1,"gas_per_evaluation":100000}\
      """;
  private static final String RULE =
      """
      {"name":"short","sha256":"%s","verbs":["COMMIT","NEED"],"gas_max":5000,\
      "memory_pages_max":2}\
      """
          .formatted("a".repeat(64));

  private static Policy with(String rules) {
    return Policy.parse(
        (WITHOUT.substring(0, WITHOUT.length() - 1) + ",\"rules\":" + rules + "}").getBytes(UTF_8));
  }

  @Test
  void modulesArePartOfThePolicyAndOfItsHash() {
    Policy policy = with("[" + RULE + "]");
    RuleModule module = policy.rules().get(0);
    assertThat(module.fileName()).isEqualTo("short.wasm");
    assertThat(module.verbs()).containsExactly(Verb.NEED, Verb.COMMIT);
    assertThat(module.gasMax()).isEqualTo(5000);
    assertThat(module.memoryPagesMax()).isEqualTo(2);
    assertThat(policy.hash())
        .isNotEqualTo(with("[" + RULE.replace("aaa", "bbb") + "]").hash())
        .isNotEqualTo(Policy.parse(WITHOUT.getBytes(UTF_8)).hash());
    assertThat(Policy.parse(WITHOUT.getBytes(UTF_8)).rules()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[1]",
        "[{}]",
        "\"short\"",
      })
  void rulesOfAnotherFormAreRefused(String rules) {
    assertThatThrownBy(() -> with(rules)).isInstanceOf(ShapeException.class);
  }

  @Test
  void aRuleOutOfBoundsIsRefused() {
    for (String[] change :
        new String[][] {
          {"\"short\"", "\"../short\""},
          {"\"short\"", "\"\""},
          {"aaaa", "AAAA"},
          {"\"NEED\"", "\"FINALIZE\""},
          {"\"NEED\"", "\"DECIDE\""},
          {"\"NEED\"", "\"CONTROL\""},
          {"\"NEED\"", "\"WISH\""},
          {"5000", "1000001"},
          {"5000", "0"},
          {"_max\":2}", "_max\":17}"},
          {"_max\":2}", "_max\":2,\"more\":1}"},
        }) {
      assertThat(RULE).contains(change[0]);
      assertThatThrownBy(() -> with("[" + RULE.replace(change[0], change[1]) + "]"))
          .as(change[1])
          .isInstanceOf(ShapeException.class);
    }
    assertThatThrownBy(() -> with("[" + RULE + "," + RULE + "]"))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("a name of its own");
  }

  private static Policy narrowed(String maySend) {
    return Policy.parse(
        (WITHOUT.substring(0, WITHOUT.length() - 1) + ",\"may_send\":" + maySend + "}")
            .getBytes(UTF_8));
  }

  @Test
  void aRoleThatIsListedMaySendNoMoreThanTheListSays() {
    Policy policy = narrowed("{\"client\":[\"NEED\"],\"gateway\":[]}");
    assertThat(policy.maySend(EnumSet.of(RoleName.CLIENT), Verb.NEED)).isTrue();
    assertThat(policy.maySend(EnumSet.of(RoleName.CLIENT), Verb.CANCEL)).isFalse();
    assertThat(policy.maySend(EnumSet.of(RoleName.GATEWAY), Verb.NEED)).isFalse();
    // By another of its roles.
    assertThat(policy.maySend(EnumSet.of(RoleName.GATEWAY, RoleName.CLIENT), Verb.NEED)).isTrue();
    assertThat(policy.maySend(EnumSet.of(RoleName.OPERATOR), Verb.CANCEL)).isTrue();
    assertThat(policy.maySend(EnumSet.noneOf(RoleName.class), Verb.NEED)).isFalse();
  }

  @Test
  void withoutTheMemberTheTableHolds() {
    Policy policy = Policy.parse(WITHOUT.getBytes(UTF_8));
    for (RoleName role : RoleName.values()) {
      for (Verb verb : Verb.values()) {
        assertThat(policy.maySend(EnumSet.of(role), verb)).isEqualTo(role.maySend(verb));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"client\":[\"PROPOSE\"]}",
        "{\"node\":[\"NEED\"]}",
        "{\"client\":[\"WISH\"]}",
        "{\"client\":\"NEED\"}",
        "{\"king\":[]}",
        "{\"decider\":[]}",
        "{\"admin\":[]}",
        "{\"admin\":[\"CONTROL\"]}",
        "{\"coordinator\":[\"FINALIZE\"]}",
        "[]",
      })
  void aPolicyThatWouldWidenTheTableOrHoldUpTheEndIsRefused(String maySend) {
    assertThatThrownBy(() -> narrowed(maySend)).isInstanceOf(ShapeException.class);
  }
}
