package dev.canswarm.protocol.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.crypto.Engines;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The specification's evaluations and their golden figures, on every JDK. */
class PolicyVectorsTest {
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("example", Engines.portable(), EnvelopeLimits.DEFAULT);

  static List<JsonNode> rows() {
    return SpecVectors.rows(SpecVectors.read("policy"));
  }

  private static byte[] bytes(JsonNode row, String member) {
    return row.get(member).asText().getBytes(StandardCharsets.UTF_8);
  }

  private static PolicyCheck check(JsonNode row, Policy policy, Envelope envelope) {
    Set<RoleName> roles =
        row.get("may_send").asBoolean() ? EnumSet.allOf(RoleName.class) : EnumSet.of(RoleName.NODE);
    return new PolicyCheck(policy, TrustRegistry.of(Map.of(envelope.sender(), roles)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anEvaluationGivesTheReasonAndTheGasOfTheSpecification(JsonNode row) {
    Policy policy = Policy.parse(bytes(row, "policy"));
    assertThat(policy.hash()).isEqualTo(row.get("policy_hash").asText());
    Envelope envelope = CODEC.decodeAndVerify(bytes(row, "envelope"));
    PolicyCheck check = check(row, policy, envelope);
    GasMeter meter = check.meter();
    @Nullable Reason reason = null;
    try {
      check.check(envelope, envelope.verb().topic(), meter);
      Verbs.payload(envelope, policy);
    } catch (RefusedException e) {
      reason = e.reason();
    }
    assertThat(reason == null ? "null" : reason.name()).isEqualTo(row.get("reason").asText());
    assertThat(meter.used()).isEqualTo(row.get("gas").asLong());
    if (reason == null) {
      assertThat(check.gasOf(envelope)).isEqualTo(meter.used());
    }
  }

  @Test
  void everyStepOfAnEvaluationRunsOutOfGasInSomeRow() {
    assertThat(rows().stream().filter(row -> row.get("reason").asText().equals("OUT_OF_GAS")))
        .hasSizeGreaterThanOrEqualTo(9);
    assertThat(rows().stream().map(row -> CODEC.decodeAndVerify(bytes(row, "envelope")).verb()))
        .contains(Verb.NEED, Verb.PROPOSE, Verb.CLAIM, Verb.COMMIT, Verb.FINALIZE);
  }

  @Test
  void theGasOfTheBuiltInPolicyPaysForTheLargestEnvelope() {
    long most = EnvelopeLimits.DEFAULT_BYTES_MAX / 16 + 350 + 8L * 4096;
    assertThat(most).isLessThanOrEqualTo(100_000);
  }
}
