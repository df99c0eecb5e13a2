package dev.canswarm.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.replay.ReplayFixture;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChaosRunTest {
  @Test
  void aDisturbedPolicyHasAShortLeaseAndALongTimeForAPlanAndIsTheSameOtherwise() {
    byte[] usual = ReplayFixture.policyJson(1);
    byte[] disturbed = ChaosRun.disturbed(usual);
    Policy policy = Policy.parse(disturbed);
    assertThat(policy.leaseMillis()).isEqualTo(5_000);
    assertThat(policy.planMillis()).isEqualTo(240_000);
    JsonObject before = StrictJson.parseObject(usual);
    TreeMap<String, JsonValue> restored =
        new TreeMap<>(StrictJson.parseObject(disturbed).members());
    restored.putAll(new TreeMap<>(before.members()).subMap("lease_ms", true, "lease_ms", true));
    restored.putAll(new TreeMap<>(before.members()).subMap("plan_ms", true, "plan_ms", true));
    assertThat(JsonObject.of(restored)).isEqualTo(before);
  }
}
