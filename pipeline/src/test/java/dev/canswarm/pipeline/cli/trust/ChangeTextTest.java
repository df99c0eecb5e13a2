package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.ControlChange;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeTextTest {
  private static final PublicKey KEY = ControlFixture.publicKey("worker-1");
  private static final PublicKey OTHER = ControlFixture.publicKey("other");
  private static final String HASH = "a".repeat(64);

  static Stream<Arguments> changes() {
    return Stream.of(
        Arguments.of(
            new ControlChange.Add(
                "worker-9", KEY, ControlFixture.set(RoleName.WORKER, RoleName.VERIFIER)),
            "adds worker-9 as worker,verifier, key " + KEY),
        Arguments.of(
            new ControlChange.Roles(KEY, ControlFixture.set(RoleName.PLANNER)),
            "gives key " + KEY + " the roles planner"),
        Arguments.of(
            new ControlChange.Rotate("worker-1", KEY, OTHER),
            "rotates worker-1 from key " + KEY + " to " + OTHER),
        Arguments.of(new ControlChange.Retire(KEY), "retires key " + KEY),
        Arguments.of(new ControlChange.Compromised(KEY), "key " + KEY + " is compromised"),
        Arguments.of(
            new ControlChange.Activate(ControlFixture.policyJson(3)),
            "activates policy " + ControlFixture.policy(3).hash()),
        Arguments.of(new ControlChange.RetirePolicy(HASH), "retires policy " + HASH));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("changes")
  void aChangeIsReportedInOneLineWithItsSubject(ControlChange change, String text) {
    assertThat(ChangeText.of(change)).isEqualTo(text);
  }

  @Test
  void everyTypeOfChangeIsAmongThese() {
    assertThat(changes().map(one -> ((ControlChange) one.get()[0]).type()))
        .containsExactlyInAnyOrder(ControlChange.Type.values());
  }
}
