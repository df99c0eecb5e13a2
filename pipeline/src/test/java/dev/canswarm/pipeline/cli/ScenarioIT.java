package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's stories, as objects. */
class ScenarioIT {
  private final Path home;

  ScenarioIT(@TempDir Path home) {
    this.home = home;
  }

  private Invocation tell(String scenario) throws Exception {
    Invocation demo = Invocation.of(home, "demo", "--scenario", scenario, "--seed", "7", "--json");
    assertThat(demo.err()).doesNotContain("WARN").doesNotContain("ERROR");
    assertThat(demo.exit()).as(demo.err()).isZero();
    JsonNode summary = demo.summary();
    assertThat(summary.get("scenario").asText()).isEqualTo(scenario);
    assertThat(summary.get("finalized").asInt()).isOne();
    assertThat(summary.get("replayed_ok").asInt()).isOne();
    assertThat(summary.get("result_hashes")).hasSize(1);
    return demo;
  }

  private static List<JsonNode> envelopes(Invocation demo, String kind) throws Exception {
    return demo.objects().stream()
        .filter(object -> kind.equals(object.path("kind").asText()))
        .toList();
  }

  @Test
  void aLyingWorkerIsCaughtAndTheNextAttemptPasses() throws Exception {
    Invocation demo = tell("challenge");
    assertThat(envelopes(demo, "COMMIT"))
        .extracting(commit -> commit.get("sender").asText())
        .containsExactly("worker-1", "worker-2");
    assertThat(envelopes(demo, "ATTEST"))
        .extracting(vote -> vote.get("remark").asText())
        .anyMatch(remark -> remark.matches("REJECT [0-9a-f]{8}: derived [0-9a-f]{8}"))
        .anyMatch(remark -> remark.startsWith("ACCEPT"));
    // Two REJECTs in one turn settle the attempt, so that the panel need not be widened.
    assertThat(envelopes(demo, "RELEASE"))
        .extracting(release -> release.get("remark").asText())
        .allMatch(
            remark ->
                remark.matches("PANEL task .*, attempt 1: all verifiers are asked")
                    || remark.matches("RETRY task .*, attempt 2, for anybody but worker-1"))
        .anyMatch(remark -> remark.startsWith("RETRY"));
    assertThat(envelopes(demo, "FINALIZE"))
        .extracting(end -> end.get("remark").asText())
        .allMatch(remark -> remark.startsWith("ACCEPTED"))
        .hasSize(1);
  }

  @Test
  void aGraphOfSixTasksIsReleasedTaskByTask() throws Exception {
    Invocation demo = tell("graph");
    List<String> released = new ArrayList<>();
    for (JsonNode release : envelopes(demo, "RELEASE")) {
      List<String> after = new ArrayList<>();
      release.path("after").forEach(one -> after.add(one.asText()));
      released.add(release.get("task").asText() + " after " + String.join(", ", after));
    }
    assertThat(released)
        .containsExactlyInAnyOrder(
            "words after text",
            "letters after text",
            "longest after words",
            "commonest after letters",
            "report after longest, commonest");
    assertThat(envelopes(demo, "COMMIT"))
        .extracting(commit -> commit.get("task").asText())
        .startsWith("text")
        .endsWith("report")
        .hasSize(6);
  }

  @Test
  void aModuleOfThePolicyRefusesOneCommitAndRunsOutOfGasOnAnother() throws Exception {
    Path kept = home.resolve("kept");
    Invocation demo =
        Invocation.of(
            home,
            "demo",
            "--scenario",
            "policy",
            "--seed",
            "7",
            "--json",
            "--keep",
            kept.toString());
    assertThat(demo.exit()).as(demo.err()).isZero();
    JsonNode summary = demo.summary();
    assertThat(summary.get("needs").asInt()).isEqualTo(3);
    assertThat(summary.get("finalized").asInt()).isOne();
    assertThat(summary.get("replayed_ok").asInt()).isEqualTo(3);
    assertThat(summary.get("given_back").get("demo-1").asText())
        .isEqualTo(
            "refused by the policy, POLICY_RULE_REFUSED: rule known-artifact: the artifact is {},"
                + " which says nothing");
    assertThat(summary.get("given_back").get("demo-2").asText())
        .startsWith("refused by the policy, OUT_OF_GAS: rule known-artifact: expected at most ");
    assertThat(envelopes(demo, "COMMIT")).isEmpty();
    assertThat(envelopes(demo, "YIELD")).hasSize(1);
    assertReplays(kept);
    // The module is run by another interpreter, which has to come to the same gas.
    assertVerifies(kept, 1, "3 needs, 3 finalized, 1 accepted");
    Files.delete(kept.resolve("known-artifact.wasm"));
    Invocation without =
        Invocation.of(home, "replay", "--all", "--no-op-log", "--data", kept.toString());
    assertThat(without.exit()).as(without.out()).isEqualTo(5);
  }

  @Test
  void aStolenKeyIsReplacedWhileItIsInUse() throws Exception {
    Path kept = home.resolve("kept");
    Invocation demo =
        Invocation.of(
            home,
            "demo",
            "--scenario",
            "rotation",
            "--seed",
            "7",
            "--json",
            "--keep",
            kept.toString());
    assertThat(demo.exit()).as(demo.out() + demo.err()).isZero();
    assertThat(demo.summary().get("finalized").asInt()).isEqualTo(2);
    assertThat(demo.summary().get("replayed_ok").asInt()).isEqualTo(2);
    assertThat(envelopes(demo, "CONTROL"))
        .extracting(entry -> entry.get("remark").asText())
        .satisfiesExactly(
            first -> assertThat(first).matches("entry 1: ROTATE worker-[12], key .{8}"),
            second -> assertThat(second).matches("entry 2: COMPROMISED, key .{8}"));
    List<JsonNode> first =
        demo.objects().stream()
            .filter(object -> object.path("thread_id").asText().equals("demo-1"))
            .toList();
    String stolen =
        first.stream()
            .filter(one -> one.get("kind").asText().equals("CLAIM"))
            .map(one -> one.get("sender").asText())
            .findFirst()
            .orElseThrow();
    assertThat(first)
        .filteredOn(one -> one.get("kind").asText().equals("COMMIT"))
        .as("the stolen key commits to nothing, and its lease ends")
        .extracting(one -> one.get("sender").asText())
        .hasSize(1)
        .doesNotContain(stolen);
    assertReplays(kept);
    assertVerifies(kept, 2, "2 control");
  }

  private void assertReplays(Path kept) throws Exception {
    Invocation replay = Invocation.of(home, "replay", "--all", "--data", kept.toString());
    assertThat(replay.exit()).as(replay.out()).isZero();
  }

  private static void assertVerifies(Path kept, int accepted, String counted) throws Exception {
    assumeThat(Path.of("/usr/bin/python3")).isExecutable();
    Process verify =
        new ProcessBuilder(
                "/usr/bin/python3",
                Path.of("..", "docs", "spec", "verify.py").toString(),
                "--accepted",
                Integer.toString(accepted),
                "--trust",
                kept.resolve("trust.yaml").toString(),
                "--policy",
                kept.resolve("policy.json").toString(),
                kept.resolve("audit").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(verify.waitFor()).as(said).isZero();
    assertThat(said).contains(counted, "0 wrong, 0 missing: all holds");
  }

  @Test
  void anUnknownScenarioIsRefusedWithTheNamesOfThoseThatThereAre() throws Exception {
    Invocation demo = Invocation.of(home, "demo", "--scenario", "tragedy");
    assertThat(demo.exit()).isEqualTo(2);
    assertThat(demo.err()).contains("challenge, graph, policy, rotation");
    assertThat(Invocation.of(home, "demo", "--scenario", "graph", "--needs", "3").exit())
        .isEqualTo(2);
  }
}
