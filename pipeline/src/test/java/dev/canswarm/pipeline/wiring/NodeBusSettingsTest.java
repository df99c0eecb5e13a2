package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.TestKeys;
import dev.canswarm.pipeline.kafka.BusSettings;
import dev.canswarm.port.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeBusSettingsTest {
  private static final Path AUDIT = Path.of("/swarm/audit");

  private static BusSettings of(Path audit, String... agents) throws Exception {
    return NodeBusSettings.of(NodeSpecs.of(Map.of(), audit, agents));
  }

  private static BusSettings with(String setting, String value) throws Exception {
    return NodeBusSettings.of(NodeSpecs.of(Map.of(setting, value), AUDIT, "worker-1"));
  }

  @Test
  void processesWithTheSameAgentsAreOneGroupInAnyOrder() throws Exception {
    String group = of(AUDIT, "worker-1", "verifier-1").groupId();
    assertThat(of(Path.of("/other"), "verifier-1", "worker-1").groupId()).isEqualTo(group);
    assertThat(
            List.of(of(AUDIT, "worker-1").groupId(), of(AUDIT, "worker-1", "verifier-2").groupId()))
        .doesNotContain(group)
        .doesNotHaveDuplicates();
    // Another id after an update would read every topic from its beginning again.
    assertThat(group).isEqualTo("can-swarm-9ee7380e4d7251b3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/swarm/./audit", "/swarm/other/../audit", "/swarm/audit/"})
  void aProcessHasOneIdHoweverItsDirectoryIsWritten(String same) throws Exception {
    assertThat(of(Path.of(same), "worker-1").memberId())
        .isEqualTo(of(AUDIT, "planner-1").memberId());
  }

  @Test
  void aRelativeDirectoryIsTheAbsoluteOne() throws Exception {
    assertThat(of(Path.of("audit"), "worker-1").memberId())
        .isEqualTo(of(Path.of("audit").toAbsolutePath(), "worker-1").memberId());
  }

  @Test
  void anotherDirectoryOrAnotherKeyIsAnotherProcess() throws Exception {
    NodeSpec spec = NodeSpecs.of(Map.of(), AUDIT, "worker-1");
    NodeSpec copied =
        spec.withAgents(
            spec.agents(),
            new NodeSpec.Audit(spec.audit().key(), Path.of("/copy/audit")),
            List.of());
    NodeSpec replaced =
        spec.withAgents(
            spec.agents(), new NodeSpec.Audit(TestKeys.key("another"), AUDIT), List.of());
    assertThat(List.of(spec, copied, replaced))
        .extracting(one -> NodeBusSettings.of(one).memberId().orElseThrow())
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat(id).matches("node-[0-9a-f]{16}"));
  }

  @Test
  void onlyAGatewayReadsTheIntakeAndOnlyIfItIsOpen() throws Exception {
    assertThat(of(AUDIT, "worker-1").topics()).doesNotContain(Topics.INTAKE);
    assertThat(of(AUDIT, "worker-1", "gateway-1").topics()).contains(Topics.INTAKE);
    NodeSpec closed = NodeSpecs.of(Map.of("intake.enabled", "false"), AUDIT, "gateway-1");
    assertThat(NodeBusSettings.of(closed).topics()).doesNotContain(Topics.INTAKE);
  }

  @Test
  void aDeadLetterHasRoomForTheRecordAndItsReason() throws Exception {
    BusSettings settings = with("kafka.record-bytes-max", "2000000");
    assertThat(settings.recordBytesMax()).isEqualTo(2_000_000);
    assertThat(settings.deadLetterBytesMax()).isEqualTo(2_000_000 + 65_536);
  }

  @Test
  void headersOfTracesAreReadOnlyByWhoExportsTraces() throws Exception {
    assertThat(with("kafka.partitions", "4").traced()).isFalse();
    assertThat(with("tracing.otlp-endpoint", "http://127.0.0.1:4318").traced()).isTrue();
  }

  @Test
  void theClientNamesItsRolesAndHasTheLoginOfTheServers() throws Exception {
    BusSettings settings = of(AUDIT, "worker-1", "planner-1");
    assertThat(settings.clientId()).hasValue("planner,worker");
    assertThat(settings.bootstrap()).isEqualTo("127.0.0.1:1");
    assertThat(settings.extra()).containsExactly(Map.entry("client.rack", "rack-1"));
  }
}
