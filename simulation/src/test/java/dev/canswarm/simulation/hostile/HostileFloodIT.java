package dev.canswarm.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.pipeline.wiring.TestSwarm;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./swarm hostile}. */
class HostileFloodIT {
  private static final int BAD = 960;
  private static final int GOOD = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Each refused record costs a row, a letter and an audit line, none of which grows with it. */
  private static final long AUDIT_BYTES_MAX = 8 * 1024;

  @Test
  void everyBadRecordEndsAsItsSortMustAndEveryGoodNeedIsAccepted() throws Exception {
    String policyJson =
        new String(PolicyFile.builtIn(), StandardCharsets.UTF_8)
            .replaceFirst("\"deadline_ms\": ?\\d+", "\"deadline_ms\":15000")
            .replaceFirst("\"deadline_ms_max\": ?\\d+", "\"deadline_ms_max\":15000");
    byte[] policy = policyJson.getBytes(StandardCharsets.UTF_8);
    try (TestSwarm swarm = TestSwarm.start(policy)) {
      swarm.node("node-1", EnumSet.allOf(RoleName.class));
      HostileFlood flood = new HostileFlood(swarm.kafkaClient(), swarm.codec, line -> {});
      Map<RoleName, SigningKey> insiders = new EnumMap<>(RoleName.class);
      for (RoleName role : RoleName.values()) {
        swarm.keyOf(role).ifPresent(key -> insiders.put(role, key));
      }
      HostileRecords records =
          new HostileRecords(
              new HostileRecords.Means(
                  swarm.codec,
                  new EnvelopeCodec("other", Engines.portable(), EnvelopeLimits.DEFAULT),
                  insiders,
                  TestSwarm.key("a stranger"),
                  Policy.parse(policy).hash(),
                  flood.model(PATIENCE)),
              1);
      long before = AuditLookup.bytes(swarm.dataDir);
      FloodReport report =
          flood.run(
              records,
              BAD,
              GOOD,
              PATIENCE,
              positions -> AuditLookup.positions(swarm.dataDir, "SUPERSEDED", positions));
      assertThat(report.wrong()).isEmpty();
      assertThat(report.accepted()).isEqualTo(GOOD);
      assertThat(report.sent()).containsOnlyKeys(BadSort.values());
      assertThat((AuditLookup.bytes(swarm.dataDir) - before) / BAD).isLessThan(AUDIT_BYTES_MAX);
    }
  }
}
