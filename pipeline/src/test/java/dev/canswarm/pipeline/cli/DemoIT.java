package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.pipeline.cli.demo.DemoSetup;
import dev.canswarm.pipeline.cli.demo.ExpectedHashes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
  private final Path home;

  DemoIT(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void everyNeedIsAcceptedAndReplayedAndOneChainIsShown() throws Exception {
    Invocation demo =
        Invocation.of(
            home, "demo", "--needs", "6", "--attesters", "3", "--k", "3", "--seed", "1", "--json");
    JsonNode summary = demo.summary();
    assertThat(demo.err()).contains("6/6 finalized").doesNotContain("WARN").doesNotContain("ERROR");
    assertThat(demo.exit()).isZero();
    assertThat(summary.get("needs").asInt()).isEqualTo(6);
    assertThat(summary.get("finalized").asInt()).isEqualTo(6);
    assertThat(summary.get("replayed_ok").asInt()).isEqualTo(6);
    assertThat(summary.get("seconds").asDouble()).isPositive();
    assertThat(summary.get("needs_per_s").asDouble()).isPositive();
    // One process plays all roles: it has signed nearly all that it receives.
    assertThat(summary.get("envelope_cache_hit_rate").asDouble()).isBetween(0.9, 1.0);
    byte[] policy = DemoSetup.withK(PolicyFile.builtIn(), 3);
    assertThat(summary.get("result_hashes"))
        .as("as they follow from the seed and the policy alone, so every run has the same")
        .extracting(JsonNode::asText)
        .isEqualTo(ExpectedHashes.of(6, 1, policy));
    assertThat(demo.objects().stream().filter(o -> o.get("type").asText().equals("envelope")))
        .extracting(envelope -> envelope.get("kind").asText())
        .startsWith("NEED", "PROPOSE", "DECIDE")
        .endsWith("FINALIZE");
  }
}
