package dev.canswarm.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenarioPartsTest {
  @ParameterizedTest
  @EnumSource(Attack.Sort.class)
  void whatIsSaidWithAStolenKeyIsRefusedAsNotDerived(Attack.Sort sort) {
    assertThat(sort.needsStolenKey()).isEqualTo(sort.reason() == Reason.NOT_DERIVED);
  }

  @Test
  void anAttackNeedsOneKeyAtMost() {
    assertThat(Arrays.stream(Attack.Sort.values()))
        .noneMatch(sort -> sort.needsVerifier() && sort.needsStolenKey());
  }

  @Test
  void aPolicyThatIsNotRetiredConcernsNoLaterNeed() {
    assertThat(new PolicyChange(100, 2, 3, 0).retires()).isFalse();
    assertThat(new PolicyChange(100, 2, 3, 40).retires()).isTrue();
    assertThat(new PolicyChange(100, 2, 3, 40).lastMillis())
        .as("both entries must be followed by every process")
        .isEqualTo(140 + 2 * PolicyChange.FOLLOWED_MILLIS_MAX);
  }

  @ParameterizedTest
  @EnumSource(KeyChange.Way.class)
  void everyWayButAPlainRotationDeclaresAKeyCompromised(KeyChange.Way way) {
    KeyChange change = new KeyChange(100, "worker", way, 25);
    assertThat(change.isCompromise()).isEqualTo(way.name().contains("COMPROMISED"));
    assertThat(change.lastMillis()).isEqualTo(125);
  }

  @Test
  void aSecondKeyHasTheRoleOfItsAgent() {
    for (String agent : Names.core()) {
      assertThat(Names.roleOf(KeyChange.second(agent))).isEqualTo(Names.roleOf(agent));
    }
    assertThat(Names.roleOf(KeyChange.second(Names.verifier(2))))
        .isEqualTo(Names.roleOf(Names.VERIFIER));
  }
}
