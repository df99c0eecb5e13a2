package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  private final Path home;

  CheckCommandTest(@TempDir Path home) {
    this.home = home;
  }

  private Invocation check(String yaml, String... more) throws IOException {
    Files.writeString(home.resolve("my.yaml"), yaml);
    Invocation invocation = new Invocation(home, Map.of("PATH", home.resolve("bin").toString()));
    String[] args = new String[more.length + 3];
    args[0] = "check";
    args[1] = "--config";
    args[2] = "my.yaml";
    System.arraycopy(more, 0, args, 3, more.length);
    invocation.run(args);
    return invocation;
  }

  private void program(String name) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private String policyWith(String member, String other) {
    String policy = new String(PolicyFile.builtIn(), StandardCharsets.UTF_8);
    assertThat(policy).contains(member);
    return policy.replace(member, other);
  }

  @Test
  void ofARightConfigurationNothingIsSaid() throws IOException {
    program("bin/mytool");
    program("tools/other.sh");
    Invocation right =
        check("tasks.exec: {a: {command: [mytool, -x]}, b: {command: ./tools/other.sh}}\n");
    assertThat(right.out().strip()).isEqualTo("nothing is wrong with this configuration");
    assertThat(right.exit()).isZero();
    assertThat(home.resolve(".swarm")).doesNotExist();
  }

  @Test
  void settingsThatContradictThePolicyAreNamedWithBothSides() throws IOException {
    program("bin/mytool");
    Files.writeString(
        home.resolve("p.json"), policyWith("\"lease_ms\": 30000", "\"lease_ms\": 20000"));
    Invocation wrong =
        check(
            """
            policy.file: p.json
            agents.verifiers: 1
            tasks.exec.slow: {command: mytool, timeout-ms: 20001}
            """);
    assertThat(wrong.out().lines())
        .containsExactly(
            "k of the policy: expected at most the verifiers in the trust file beside a worker,"
                + " which is 1, got 2",
            "tasks.exec.slow.timeout-ms: expected at most verify_ms of the policy, which is 10000,"
                + " got 20001",
            "tasks.exec.slow.timeout-ms: expected at most lease_ms of the policy, which is 20000,"
                + " got 20001");
    assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void settingsOfServersThatContradictEachOtherAreNamed() throws IOException {
    Invocation wrong = check("kafka: {replication: 3}\npostgres.port: 16379\n");
    assertThat(wrong.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("kafka.replication: expected 1 with the embedded"),
            line -> assertThat(line).startsWith("redis.port: expected another port than postgres"));
    assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE);
    Invocation up = new Invocation(home, Map.of());
    up.run("up", "--data", home.resolve("data").toString(), "--kafka-replication=3");
    assertThat(up.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(up.err()).contains("contradictory settings: kafka.replication: expected 1");
    assertThat(home.resolve("data")).doesNotExist();
  }

  @Test
  void whatMayBeMeantSoIsAWarning() throws IOException {
    program("bin/mytool");
    String policy =
        policyWith("\"lease_ms\": 30000", "\"lease_ms\": 400000")
            .replace("\"verify_ms\": 10000", "\"verify_ms\": 400000");
    Files.writeString(home.resolve("p.json"), policy);
    String yaml = "policy.file: p.json\ntasks.exec.slow: {command: mytool, timeout-ms: 400000}\n";
    Invocation warned = check(yaml);
    assertThat(warned.exit()).isZero();
    assertThat(warned.out().lines())
        .containsExactly(
            "warning: tasks.exec.slow.timeout-ms: expected at most deadline_ms of the policy, for"
                + " NEEDs that name no deadline, which is 300000, got 400000",
            "nothing is wrong with this configuration");
    assertThat(check(yaml, "--json").summary().get("warnings").asInt()).isEqualTo(1);
  }

  @Test
  void aPolicyThatContradictsItselfIsNamed() throws IOException {
    Files.writeString(home.resolve("p.json"), policyWith("\"k_max\": 16", "\"k_max\": 1"));
    assertThat(check("policy.file: p.json\n").out())
        .contains("k of the policy: expected at most k_max of the policy, which is 1, got 2");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Invocation wrong =
        check(
            """
            policy.file: no.json
            trust.file: no.yaml
            tasks.plugin-path: [no.jar]
            tasks.exec: {a: {command: no-such-program}, b: {command: ./none.sh}}
            """);
    assertThat(wrong.out().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("policy.file: ").contains("no.json"),
            line -> assertThat(line).startsWith("trust.file: ").contains("no.yaml"),
            line -> assertThat(line).startsWith("tasks.plugin-path: ").contains("no.jar"),
            line -> assertThat(line).startsWith("tasks.exec.a.command: ").contains("not on PATH"),
            line ->
                assertThat(line)
                    .startsWith("tasks.exec.b.command: ")
                    .contains(home.resolve("none.sh").toString()));
  }

  @Test
  void rolesThatNobodyHasNowAreNamed() throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    Files.writeString(
        home.resolve("trust.yaml"),
        """
        version: 1
        keys:
          - name: a
            key: %s
            roles: [planner, decider, worker, coordinator]
          - name: b
            key: %s
            roles: [verifier]
            valid_until: "2020-01-01T00:00:00Z"
        """
            .formatted(
                base64.encodeToString("a".repeat(32).getBytes(StandardCharsets.US_ASCII)),
                base64.encodeToString("b".repeat(32).getBytes(StandardCharsets.US_ASCII))));
    Path trust = home.resolve("trust.yaml");
    assertThat(check("trust.file: trust.yaml\n").out().lines())
        .containsExactly(
            "trust.file: expected a key that is valid now for the role verifier, got none in "
                + trust,
            "k of the policy: expected at most the verifiers in the trust file beside a worker,"
                + " which is 0, got 2");
  }

  @Test
  void aModuleThatIsNotBesideItsPolicyIsNamed() throws IOException {
    Files.writeString(
        home.resolve("p.json"),
        policyWith(
            "\"version\": 1",
            "\"version\": 1, \"rules\": [{\"name\": \"short\", \"sha256\": \""
                + "a".repeat(64)
                + "\", \"verbs\": [\"COMMIT\"], \"gas_max\": 5000, \"memory_pages_max\": 2}]"));
    assertThat(check("policy.file: p.json\n").out().lines())
        .singleElement()
        .asString()
        .contains("short");
  }

  @Test
  void badSettingsAreListedWithTheirLines() throws IOException {
    Invocation wrong = check("kafka.port: x\ntasks.exec.a.command: [sh, null]\n", "--json");
    assertThat(wrong.objects())
        .filteredOn(object -> object.get("type").asText().equals("problem"))
        .extracting(object -> object.get("problem").asText())
        .anySatisfy(problem -> assertThat(problem).contains("kafka.port", "line 1"))
        .anySatisfy(problem -> assertThat(problem).contains("a null", "line 2"));
    assertThat(wrong.summary().get("exit").asInt()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void upRefusesToStartWithAContradictionBeforeAnyServerStarts() throws IOException {
    Invocation up = new Invocation(home, Map.of());
    up.run("up", "--data", home.resolve("data").toString(), "--agents-verifiers=1");
    assertThat(up.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(up.err())
        .contains("k of the policy: expected at most the verifiers in the trust file", "got 2");
    assertThat(home.resolve("data/kafka")).doesNotExist();
  }
}
