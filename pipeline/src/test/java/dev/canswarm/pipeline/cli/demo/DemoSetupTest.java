package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.policy.Policy;
import org.junit.jupiter.api.Test;

class DemoSetupTest {
  private final Policy builtIn = Policy.parse(PolicyFile.builtIn());

  @Test
  void anotherKIsAnotherPolicy() {
    Policy policy = Policy.parse(DemoSetup.withK(PolicyFile.builtIn(), 3));
    assertThat(policy.k()).isEqualTo(3);
    assertThat(policy.kMax()).isEqualTo(builtIn.kMax());
    assertThat(policy.hash()).isNotEqualTo(builtIn.hash());
  }

  @Test
  void theSameKIsTheSamePolicy() {
    Policy policy = Policy.parse(DemoSetup.withK(PolicyFile.builtIn(), builtIn.k()));
    assertThat(policy).isEqualTo(builtIn);
  }

  @Test
  void aKBeyondWhatANeedMayAskForRaisesThatToo() {
    assertThat(Policy.parse(DemoSetup.withK(PolicyFile.builtIn(), 40)).kMax()).isEqualTo(40);
  }
}
