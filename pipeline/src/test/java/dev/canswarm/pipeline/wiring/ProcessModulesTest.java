package dev.canswarm.pipeline.wiring;

import static dev.canswarm.control.ControlFixture.publicKey;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.protocol.Head;
import dev.canswarm.rule.RuleException;
import dev.canswarm.stage.Signers;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskRegistry;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The modules of policies, beside the policy file and from the archive. */
class ProcessModulesTest {
  private static final byte[] RULE = Resources.bytes(PolicyFile.class, "rules/known-artifact.wasm");
  private static final TrustState GENESIS = ControlFixture.genesis(1);
  private static final ControlHistory HISTORY = ControlHistory.of(GENESIS);

  /** What is beside the policy file, and how often it was asked for. */
  private Optional<byte[]> beside = Optional.empty();

  private int asked;

  private final ProcessJudging judging =
      new ProcessJudging(
          new PipelineWiring.Process(
              "process",
              List.of(),
              Optional.empty(),
              publicKey("node"),
              ControlFixture.CODEC,
              new PipelineWiring.Judging(GENESIS, this::beside, (name, wanted) -> Mono.empty()),
              TaskRegistry.of(BuiltInTasks.all())),
          new Signers(ControlFixture.CODEC, () -> 1L, List.of()),
          PipelineWiring.Changes.NONE);

  private Optional<byte[]> beside(RuleModule module) {
    asked++;
    return beside;
  }

  private static RuleModule rule(int pages) {
    return new RuleModule(
        "known-artifact", Sha256.hex(RULE), EnumSet.of(Verb.COMMIT), 60_000, pages);
  }

  @Test
  void aModuleBesideThePolicyFileIsReadOnceAndAnothersOfThatNameIsNotTakenForIt() {
    assertThat(judging.has(rule(2))).isFalse();
    beside = Optional.of(new byte[] {0, 'a', 's', 'm'});
    assertThat(judging.has(rule(2))).isFalse();
    assertThat(judging.isUsable(rule(2))).isFalse();

    beside = Optional.of(RULE);
    assertThat(judging.has(rule(2))).isTrue();
    beside = Optional.empty();
    asked = 0;
    assertThat(judging.has(rule(2))).isTrue();
    assertThat(judging.isUsable(rule(2))).isTrue();
    assertThat(asked).isZero();
  }

  @Test
  void aModuleIsJudgedAnewForEachRuleThatItIsToBe() {
    beside = Optional.of(RULE);
    assertThat(judging.has(rule(2))).isTrue();

    assertThatThrownBy(() -> judging.has(rule(1))).isInstanceOf(RuleException.class);
    assertThat(judging.isUsable(rule(1))).isFalse();
    assertThat(judging.takeIfUsable(rule(1), RULE)).isFalse();
    assertThat(judging.isUsable(rule(2))).isTrue();
  }

  @Test
  void bytesFromTheArchiveAreTakenIfTheyAreTheModule() {
    byte[] other = RULE.clone();
    other[other.length - 1] ^= 1;
    assertThatThrownBy(() -> judging.take(rule(2), other)).isInstanceOf(RuleException.class);
    assertThat(judging.takeIfUsable(rule(2), other)).isFalse();
    assertThat(judging.has(rule(2))).isFalse();

    assertThat(judging.takeIfUsable(rule(2), RULE)).isTrue();
    assertThat(judging.has(rule(2))).isTrue();
  }

  @Test
  void theRulesOfAPolicyAreLoadedOnceAndKeepWhatTheyJudged() {
    judging.take(rule(2), RULE);
    Policy ruled = ruled();

    var first = judging.duties(GENESIS, ruled, Head.GENESIS, HISTORY).rules().own();
    var second = judging.admission(HISTORY, ruled).rules().own();

    assertThat(first.judge(Verb.COMMIT)).isTrue();
    assertThat(second).isSameAs(first);
    assertThat(
            judging
                .duties(GENESIS, GENESIS.policy(), Head.GENESIS, HISTORY)
                .rules()
                .own()
                .judge(Verb.COMMIT))
        .isFalse();
  }

  private static Policy ruled() {
    String rules =
        "{\"rules\":[{\"name\":\"known-artifact\",\"sha256\":\"%s\",\"verbs\":[\"COMMIT\"],\"gas_max\":60000,\"memory_pages_max\":2}],"
            .formatted(Sha256.hex(RULE));
    String json = new String(CanonicalJson.write(ControlFixture.policyJson(2)), UTF_8);
    return Policy.parse(json.replaceFirst("\\{", rules).getBytes(UTF_8));
  }
}
