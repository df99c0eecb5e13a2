package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.wiring.SwarmNode;
import dev.canswarm.pipeline.wiring.TestSwarm;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.replay.CheckName;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What a real swarm records passes, op-log and all, from every source; the logs of two processes
 * are one story.
 */
class ReplayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";
  private static final String TWO =
      "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"x y\"},"
          + "\"requires\":[],\"produces\":[]},{\"name\":\"b\",\"task_type\":\"hash.sha256\","
          + "\"input\":{\"text\":\"z\"},\"requires\":[\"a\"],\"produces\":[]}]}";
  private static final String NOBODY_CAN = "{\"task_type\":\"text.wordcount\",\"input\":1}";

  /** Less than usual, since the test waits for it; long enough for a machine with other work. */
  private static final long PLAN_MILLIS = 12_000;

  private static final int NEEDS = 20;

  @Test
  void recordedNeedsPassAllChecks() throws Exception {
    try (TestSwarm swarm = TestSwarm.start(policy())) {
      SwarmNode most = swarm.node("node-1", EnumSet.complementOf(EnumSet.of(RoleName.VERIFIER)));
      SwarmNode verifiers = swarm.node("node-2", EnumSet.of(RoleName.VERIFIER));
      swarm.intake("none", NOBODY_CAN);
      for (int i = 0; i < NEEDS; i++) {
        swarm.intake("words-" + i, WORDS);
        swarm.intake("two-" + i, TWO);
      }
      for (int i = 0; i < NEEDS; i++) {
        swarm.awaitEnvelope("swarm.finalize", "words-" + i, PATIENCE);
        swarm.awaitEnvelope("swarm.finalize", "two-" + i, PATIENCE);
      }
      swarm.awaitEnvelope("swarm.finalize", "none", PATIENCE);
      swarm.stop(most);
      swarm.stop(verifiers);
      for (SourceKind source : SourceKind.values()) {
        assertAllPass(replay(swarm, source), source);
      }
    }
  }

  private static void assertAllPass(List<ReplayReport> reports, SourceKind source) {
    assertThat(reports).as(source.toString()).hasSize(2 * NEEDS + 1);
    for (ReplayReport report : reports) {
      assertThat(report.status()).as(source + " " + report).isEqualTo(Status.PASS);
      assertThat(report.outcome())
          .isEqualTo(
              report.threadId().equals(new ThreadId("none"))
                  ? Finalize.Outcome.REJECTED.name()
                  : Finalize.Outcome.ACCEPTED.name());
      assertThat(report.check(CheckName.OPLOG).summary()).endsWith("rows compared");
    }
  }

  private static List<ReplayReport> replay(TestSwarm swarm, SourceKind kind) throws Exception {
    List<AuditSource> logs = new ArrayList<>();
    for (String node : List.of("audit-node-1", "audit-node-2")) {
      Path directory = swarm.dataDir.resolve(node);
      logs.addAll(AuditSource.in(directory));
    }
    assertThat(logs).hasSize(2);
    ReplayInput input =
        new ReplayInput(
            "can-swarm", logs, policy(), RecordedSwarm.trustFile(swarm.trust), Instant.now());
    PostgresSlotStore store = new PostgresSlotStore(swarm.postgres(2));
    List<ReplayReport> reports = new ArrayList<>();
    try (TopicRecords topics = TopicRecords.open(swarm.stack.kafka(KafkaUser.PIPELINE))) {
      RecordSource source =
          switch (kind) {
            case AUDIT -> ReplayService.logs(input);
            case KAFKA -> topics;
            case STORE -> new StoreRecords(store, Optional.empty());
          };
      new ReplayService(input, source, Optional.<SlotStore>of(store))
          .replay(Optional.empty(), reports::add);
    } finally {
      store.closeLater().block(PATIENCE);
    }
    return reports;
  }

  private static byte[] policy() throws Exception {
    JsonObject builtIn = StrictJson.parseObject(PolicyFile.builtIn());
    JsonObject.Builder policy = JsonObject.builder();
    builtIn.members().forEach(policy::put);
    return CanonicalJson.write(policy.put("plan_ms", PLAN_MILLIS).build());
  }
}
