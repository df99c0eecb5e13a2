package dev.canswarm.pipeline.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.rule.ModuleRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PolicyStoryTest {
  private static UnverifiedEnvelope said(Verb verb, String thread, String error) {
    JsonObject payload = JsonObject.builder().put("error", error).build();
    return new UnverifiedEnvelope(verb, "id", thread, "need", 1, "sender", List.of(), payload);
  }

  @Test
  void thePolicyIsTheGivenOneWithTheModuleAndOneAttempt() throws Exception {
    byte[] given = PolicyFile.load(Optional.empty());
    Policy policy = Policy.parse(PolicyStory.policy(given));
    assertThat(policy.attemptsMax()).isEqualTo(1);
    assertThat(policy.k()).isEqualTo(Policy.parse(given).k());
    assertThat(policy.rules()).extracting(RuleModule::name).containsExactly(PolicyStory.RULE);
    assertThat(policy.rules().get(0).gasMax()).isEqualTo(PolicyStory.GAS_MAX);
    byte[] module = PolicyStory.modules().bytes(policy.rules().get(0)).orElseThrow();
    ModuleRules.check(policy.rules().get(0), module);
    assertThat(new String(PolicyStory.policy(given), UTF_8)).contains("\"rules\"");
  }

  @Test
  @Timeout(30) // a guard against a hang
  void theFirstReasonOfEachThreadIsKeptAndTheWaitEndsWithTheSecondThread() throws Exception {
    PolicyStory story = new PolicyStory();
    story.seen(said(Verb.COMMIT, "demo-1", "no reason"));
    story.seen(said(Verb.YIELD, "demo-1", "refused"));
    story.seen(said(Verb.YIELD, "demo-1", "refused again"));
    story.seen(said(Verb.YIELD, "demo-2", "out of gas"));
    story.await(Long.MAX_VALUE);
    assertThat(story.reasons())
        .containsExactly(Map.entry("demo-1", "refused"), Map.entry("demo-2", "out of gas"));
  }
}
