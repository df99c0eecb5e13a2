package dev.canswarm.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.crypto.Engines;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The specification's vectors of modules, which an interpreter makes that shares no code with this
 * one: which can be a rule, what they say of envelopes, and for how much gas.
 */
class ModuleVectorsTest {
  private final JsonNode vectors = SpecVectors.read("modules");
  private final EnvelopeCodec codec =
      new EnvelopeCodec("example", Engines.portable(), EnvelopeLimits.DEFAULT);

  private static Policy policy(JsonNode rule, long gasMax) {
    String own = rule.toString().replaceFirst("\"gas_max\":[0-9]+", "\"gas_max\":" + gasMax);
    return Policy.parse(
        """
        {"version":1,"kinds":["COMMIT"],"payload_bytes_max":65536,"plan_tasks_max":16,
         "parents_max":256,"artifact":{"bytes_max":65536},"k":2,"k_max":8,"k_plan":0,
         "attempts_max":1,"plan_ms":1,"lease_ms":1,"verify_ms":1,"gate_ms":1,"deadline_ms":1,
         "deadline_ms_max":1,"gas_per_evaluation":100000,"rules":[%s]}
        """
            .formatted(own)
            .getBytes(UTF_8));
  }

  private static OwnRules rules(JsonNode row, long gasMax) {
    byte[] module = Base64.getDecoder().decode(row.get("module").asText());
    return ModuleRules.of(policy(row.get("rule"), gasMax), named -> Optional.of(module));
  }

  private Envelope envelope(JsonNode text) {
    return codec.decodeAndVerify(text.asText().getBytes(UTF_8));
  }

  @Test
  void aModuleIsAcceptedOrRefusedAsTheSpecificationSays() {
    int refused = 0;
    for (JsonNode row : SpecVectors.rows(vectors.get("modules"))) {
      String comment = row.get("comment").asText();
      if (row.get("can_be").asBoolean()) {
        assertThat(rules(row, 1_000_000).judge(Verb.COMMIT)).as(comment).isTrue();
      } else {
        refused++;
        assertThatThrownBy(() -> rules(row, 1_000_000))
            .as(comment)
            .isInstanceOf(RuleException.class);
      }
    }
    assertThat(refused).isGreaterThan(12);
  }

  @Test
  void aModuleSaysTheSameForTheSameGas() {
    int said = 0;
    for (JsonNode row : SpecVectors.rows(vectors.get("modules"))) {
      for (JsonNode says : SpecVectors.rows(row.withArray("says"))) {
        said++;
        assertSays(row, says);
      }
    }
    assertThat(said).isGreaterThan(50);
  }

  private void assertSays(JsonNode row, JsonNode says) {
    String comment = row.get("comment").asText() + ": " + says;
    JsonNode shown = vectors.get("envelopes").get(says.get("of").asText());
    Envelope judged = envelope(shown.get("envelope"));
    List<Envelope> parents =
        SpecVectors.rows(shown.get("parents")).stream().map(this::envelope).toList();
    OwnRules rules = rules(row, says.get("gas_max").asLong());
    RefusedException refusal = null;
    try {
      rules.check(judged, parents);
    } catch (RefusedException e) {
      refusal = e;
    }
    assertThat(refusal == null ? "null" : refusal.reason().name())
        .as(comment)
        .isEqualTo(says.get("reason").asText());
    if (refusal != null && !says.get("words").isNull()) {
      assertThat(refusal.detail())
          .as(comment)
          .isEqualTo("rule rule: " + says.get("words").asText());
    }
    assertThat(rules.gasOf(judged)).as(comment).isEqualTo(says.get("gas").asLong());
  }
}
