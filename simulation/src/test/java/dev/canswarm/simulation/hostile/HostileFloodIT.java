package dev.canswarm.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.wiring.TestSwarm;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./swarm hostile}. */
class HostileFloodIT {
  private static final int BAD = 960;
  private static final int GOOD = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  /** Of some 80 MB that are refused: the broker, which runs in this JVM, has caches too. */
  private static final long HEAP_GROWTH_BYTES_MAX = 40L << 20;

  @Test
  void everyBadRecordEndsAsItsSortMustAndEveryGoodNeedIsAccepted() throws Exception {
    String policyJson =
        new String(PolicyFile.builtIn(), StandardCharsets.UTF_8)
            .replaceFirst("\"deadline_ms\": ?\\d+", "\"deadline_ms\":30000")
            .replaceFirst("\"deadline_ms_max\": ?\\d+", "\"deadline_ms_max\":30000");
    byte[] policy = policyJson.getBytes(StandardCharsets.UTF_8);
    // A worker that has no process, whose key was stolen, and an administrator.
    Map<String, RoleName> others = Map.of("rival", RoleName.WORKER, "admin", RoleName.ADMIN);
    try (TestSwarm swarm = TestSwarm.start(policy, others)) {
      swarm.node("node-1", EnumSet.allOf(RoleName.class));
      HostileFlood flood = new HostileFlood(swarm.kafkaClient(), swarm.codec, line -> {});
      Retirements retired =
          Retirements.of(
              TrustState.genesis("can-swarm", swarm.trust, swarm.policy),
              policy,
              swarm.codec,
              swarm.agent("admin").key(),
              TestSwarm.key("retired"));
      flood.enter(retired.entries());
      try (Connection connection = connection(swarm)) {
        retired.awaitStored(connection, PATIENCE);
      }
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
                  new HostileRecords.Outsiders(
                      TestSwarm.key("a stranger"), swarm.agent("rival").key()),
                  retired,
                  Policy.parse(policy).hash(),
                  flood.model(PATIENCE)),
              1);
      long before = heapBytes();
      FloodReport report =
          flood.run(
              records,
              BAD,
              GOOD,
              PATIENCE,
              positions -> AuditLookup.positions(swarm.dataDir, "SUPERSEDED", positions));
      FloodCost cost =
          new FloodCost(
              before,
              heapBytes(),
              rowBytes(swarm),
              AuditLookup.lineBytes(swarm.dataDir, "DEAD_LETTERED"));
      assertThat(report.wrong()).isEmpty();
      assertThat(report.needs()).as("with those that insiders attack").isGreaterThan(GOOD);
      assertThat(report.accepted()).isEqualTo(report.needs());
      assertThat(report.sent()).containsOnlyKeys(BadSort.values());
      assertThat(cost.problems()).isEmpty();
      assertThat(cost.rowBytes()).as("bytes of a row").isPositive();
      assertThat(cost.auditBytes()).as("bytes of an audit line").isPositive();
      assertThat(cost.memoryAfterBytes() - cost.memoryBeforeBytes())
          .as("bytes of heap that the flood left, of %d before", before)
          .isLessThan(HEAP_GROWTH_BYTES_MAX);
      assertThat(report.withCost(cost).isGood()).isTrue();
    }
  }

  private static long heapBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long rowBytes(TestSwarm swarm) throws SQLException {
    try (Connection connection = connection(swarm)) {
      return LetterRows.meanBytes(connection);
    }
  }

  private static Connection connection(TestSwarm swarm) throws SQLException {
    PostgresEndpoint at = swarm.stack.postgres(PostgresRole.PIPELINE);
    String url = "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database());
    return DriverManager.getConnection(url, at.user(), at.password().reveal());
  }
}
