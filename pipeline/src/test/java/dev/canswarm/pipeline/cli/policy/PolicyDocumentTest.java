package dev.canswarm.pipeline.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyDocumentTest {
  @Test
  void everyMemberHasItsPathAndItsCanonicalValue() throws Exception {
    PolicyDocument document = PolicyDocument.of("built in", PolicyFile.builtIn());
    assertThat(document.members())
        .containsEntry("k", "2")
        .containsEntry("artifact.required_on_commit", "true")
        .containsKey("artifact.bytes_max")
        .doesNotContainKey("artifact");
    assertThat(document.members().get("kinds")).startsWith("[\"").doesNotContain(" ");
  }

  @Test
  void thePolicyAndItsJsonAreThoseOfTheFile() throws Exception {
    PolicyDocument document = PolicyDocument.of("built in", PolicyFile.builtIn());
    assertThat(document.policy().hash()).isEqualTo(Policy.parse(PolicyFile.builtIn()).hash());
    assertThat(document.json()).isEqualTo(StrictJson.parseObject(PolicyFile.builtIn()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{}", "{\"version\":2}"})
  void anInvalidPolicyIsRefusedWithItsSource(String text) {
    assertThatThrownBy(() -> PolicyDocument.of("p.json", text.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageStartingWith("p.json: ");
  }
}
