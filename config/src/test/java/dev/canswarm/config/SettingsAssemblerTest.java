package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every setting gets to the place that is named for it: no two are mixed up. */
class SettingsAssemblerTest {
  private static final Path HERE = Path.of("/work-dir");

  private static SwarmSettings settings(Map<String, String> texts) {
    Map<String, SourcedValue> source = new HashMap<>();
    texts.forEach((name, text) -> source.put(name, SourcedValue.text(text, "flag")));
    SettingsValues values = new SettingsValues(List.of(source));
    assertThat(values.problems()).isEmpty();
    return new SettingsAssembler(values, HERE).settings();
  }

  @Test
  void kafkasSettingsAreNotMixedUp() {
    KafkaSettings kafka =
        settings(
                Map.ofEntries(
                    Map.entry("kafka.bootstrap", "host:1"),
                    Map.entry("kafka.port", "2001"),
                    Map.entry("kafka.partitions", "12"),
                    Map.entry("kafka.replication", "3"),
                    Map.entry("kafka.min-insync", "2"),
                    Map.entry("kafka.retention-ms", "90000001"),
                    Map.entry("kafka.in-flight-bytes-max", "33000002"),
                    Map.entry("kafka.record-bytes-max", "2000003"),
                    Map.entry("kafka.in-flight-max", "2003"),
                    Map.entry("kafka.poll-records-max", "204"),
                    Map.entry("kafka.commit-interval-ms", "305"),
                    Map.entry("kafka.send-in-flight-max", "406"),
                    Map.entry("kafka.session-timeout-ms", "10007")))
            .kafka();
    assertThat(kafka.bootstrap()).contains("host:1");
    assertThat(kafka.port()).isEqualTo(2001);
    assertThat(kafka.partitions()).isEqualTo(12);
    assertThat(kafka.replication()).isEqualTo(3);
    assertThat(kafka.minInsync()).isEqualTo(2);
    assertThat(kafka.retentionMillis()).isEqualTo(90_000_001);
    assertThat(kafka.inFlightBytesMax()).isEqualTo(33_000_002);
    assertThat(kafka.recordBytesMax()).isEqualTo(2_000_003);
    assertThat(kafka.inFlightMax()).isEqualTo(2003);
    assertThat(kafka.pollRecordsMax()).isEqualTo(204);
    assertThat(kafka.commitIntervalMillis()).isEqualTo(305);
    assertThat(kafka.sendInFlightMax()).isEqualTo(406);
    assertThat(kafka.sessionTimeoutMillis()).isEqualTo(10007);
  }

  @Test
  void theStoresSettingsAreNotMixedUp() {
    SwarmSettings settings =
        settings(
            Map.of(
                "postgres.port", "2001",
                "postgres.connections-max", "12",
                "postgres.statement-timeout-ms", "3003",
                "redis.port", "2004",
                "redis.timeout-ms", "505"));
    assertThat(settings.postgres().port()).isEqualTo(2001);
    assertThat(settings.postgres().connectionsMax()).isEqualTo(12);
    assertThat(settings.postgres().statementTimeoutMillis()).isEqualTo(3003);
    assertThat(settings.redis().port()).isEqualTo(2004);
    assertThat(settings.redis().timeoutMillis()).isEqualTo(505);
  }

  @Test
  void agentsAreCountedByTheirRoles() {
    assertThat(
            settings(
                    Map.of(
                        "agents.planners", "1",
                        "agents.deciders", "2",
                        "agents.workers", "3",
                        "agents.verifiers", "4",
                        "agents.coordinators", "5",
                        "agents.gateways", "6"))
                .agents())
        .isEqualTo(new AgentSettings(1, 2, 3, 4, 5, 6));
  }

  @Test
  void boundsAndTimesAreNotMixedUp() {
    SwarmSettings settings =
        settings(
            Map.of(
                "needs-cached-max", "1001",
                "needs.open-max", "502",
                "envelope.cache-entries-max", "303",
                "envelope.cache-bytes-max", "2000004",
                "retry.first-ms", "11",
                "retry.max-ms", "12",
                "sweep.interval-ms", "113",
                "shutdown.timeout-ms", "1014",
                "tasks.running-max", "5"));
    assertThat(settings.needsCachedMax()).isEqualTo(1001);
    assertThat(settings.needsOpenMax()).isEqualTo(502);
    assertThat(settings.envelopeCache().entriesMax()).isEqualTo(303);
    assertThat(settings.envelopeCache().bytesMax()).isEqualTo(2_000_004);
    assertThat(settings.retry()).isEqualTo(new RetrySettings(11, 12));
    assertThat(settings.sweepIntervalMillis()).isEqualTo(113);
    assertThat(settings.shutdownTimeoutMillis()).isEqualTo(1014);
    assertThat(settings.tasks().runningMax()).isEqualTo(5);
  }

  @Test
  void pathsAreFromTheWorkingDirectory() {
    SwarmSettings settings =
        settings(
            Map.of(
                "data", "some/../data",
                "policy.file", "policy.json",
                "tasks.plugin-path", "plugins"));
    assertThat(settings.data()).isEqualTo(HERE.resolve("data"));
    assertThat(settings.policyFile()).contains(HERE.resolve("policy.json"));
    assertThat(settings.trustFile()).isEqualTo(HERE.resolve("data").resolve(TrustFile.NAME));
    assertThat(settings.tasks().pluginPath()).containsExactly(HERE.resolve("plugins"));
    assertThat(settings(Map.of("trust.file", "/elsewhere/t.yaml")).trustFile())
        .isEqualTo(Path.of("/elsewhere/t.yaml"));
  }

  @Test
  void aCommandHasItsOwnSettings() {
    ExecCommand command =
        settings(
                Map.of(
                    "tasks.exec.a.command", "/bin/a",
                    "tasks.exec.a.timeout-ms", "1001",
                    "tasks.exec.a.output-bytes-max", "2002",
                    "tasks.exec.a.verify", "check",
                    "tasks.exec.a.check-command", "/bin/check",
                    "tasks.exec.b.command", "/bin/b"))
            .tasks()
            .exec()
            .get("a");
    assertThat(command)
        .isEqualTo(
            new ExecCommand(
                List.of("/bin/a"), 1001, 2002, VerifyMode.CHECK, List.of("/bin/check")));
  }

  @Test
  void theSettingsOfTracesAreNotMixedUp() {
    TracingSettings tracing =
        settings(
                Map.of(
                    "tracing.otlp-endpoint", "http://collector:4318",
                    "tracing.sample-ratio", "0.25",
                    "tracing.timeout-ms", "1234",
                    "tracing.queue-spans-max", "5678"))
            .tracing();
    assertThat(tracing.endpoint()).contains(URI.create("http://collector:4318"));
    assertThat(tracing.sampleRatio()).isEqualTo(0.25);
    assertThat(tracing.timeoutMillis()).isEqualTo(1234);
    assertThat(tracing.queueSpansMax()).isEqualTo(5678);
  }

  @Test
  void tracesArePostedToOtlpsPathUnlessTheEndpointNamesOne() {
    assertThat(target("http://collector:4318")).isEqualTo("http://collector:4318/v1/traces");
    assertThat(target("https://collector/")).isEqualTo("https://collector/v1/traces");
    assertThat(target("https://collector/otlp/x")).isEqualTo("https://collector/otlp/x");
    assertThat(settings(Map.of()).tracing().target()).isEmpty();
  }

  private static String target(String endpoint) {
    return settings(Map.of("tracing.otlp-endpoint", endpoint))
        .tracing()
        .target()
        .orElseThrow()
        .toString();
  }
}
