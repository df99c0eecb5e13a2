package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands as somebody uses them beside a {@code ./swarm up}, which is a process of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsIT {
  private static final long READY_SECONDS_MAX = 120;
  private static final long STOP_SECONDS_MAX = 90;
  private static final String CYCLE =
      "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"x\"},"
          + "\"requires\":[\"a\"]}]}";

  private final Path home;
  private final Process up;
  private final String ready;

  CommandsIT(@TempDir Path home) throws Exception {
    this.home = home;
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.canswarm.pipeline.Main",
            "up",
            "--data",
            home.resolve("data").toString(),
            "--kafka-port=0",
            "--postgres-port=0",
            "--redis-port=0");
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    builder.redirectError(home.resolve("up.err").toFile());
    up = builder.start();
    var out = up.inputReader(StandardCharsets.UTF_8);
    ready =
        java.util.concurrent.CompletableFuture.supplyAsync(
                () -> out.lines().findFirst().orElse("nothing"))
            .get(READY_SECONDS_MAX, TimeUnit.SECONDS);
  }

  @AfterAll
  void stop() throws Exception {
    up.destroyForcibly().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private Invocation run(String... args) {
    return Invocation.of(home, args);
  }

  @Test
  @Order(1)
  void upSaysOnceWhereEverythingIs() throws Exception {
    String data = home.resolve("data").toRealPath().toString();
    assertThat(ready)
        .matches(
            "ready kafka=127\\.0\\.0\\.1:\\d+ postgres=127\\.0\\.0\\.1:\\d+"
                + " redis=127\\.0\\.0\\.1:\\d+ data=.*")
        .endsWith("data=" + data);
    assertThat(Files.readString(home.resolve("data/FORMAT"))).isEqualTo("1\n");
  }

  @Test
  @Order(2)
  void aNeedIsFollowedToItsResultWithoutNamingTheStack() throws Exception {
    Invocation text = run("need", "--thread", "it-1", "--wait", "to be or not to be");
    assertThat(text.err()).contains("using the running stack in").contains("ACCEPTED");
    assertThat(text.out().strip()).isEqualTo("{\"be\":2,\"not\":1,\"or\":1,\"to\":2}");
    assertThat(text.exit()).isZero();

    Invocation json =
        run("need", "--thread", "it-1", "--type", "hash.sha256", "--wait", "--json", "x");
    JsonNode summary = json.summary();
    assertThat(json.exit()).isZero();
    assertThat(summary.get("outcome").asText()).isEqualTo("ACCEPTED");
    assertThat(summary.get("results").get(0).get("text").asText())
        .isEqualTo("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  }

  @Test
  @Order(3)
  void aLargeInputGoesThroughTheArtifactStore() throws Exception {
    Files.writeString(home.resolve("large.txt"), "word ".repeat(100_000));
    Invocation need = run("need", "--file", "large.txt", "--wait");
    assertThat(need.err()).contains("ACCEPTED");
    assertThat(need.out().strip()).isEqualTo("{\"word\":100000}");
  }

  @Test
  @Order(4)
  void aThreadShowsItsChainInOrderWithNames() throws Exception {
    Invocation thread = run("thread", "it-1", "--json");
    List<JsonNode> envelopes =
        thread.objects().stream()
            .filter(object -> object.get("type").asText().equals("envelope"))
            .toList();
    assertThat(envelopes.subList(0, 5))
        .extracting(envelope -> envelope.get("kind").asText())
        .containsExactly("NEED", "PROPOSE", "DECIDE", "CLAIM", "COMMIT");
    assertThat(envelopes.get(0).get("sender").asText()).isEqualTo("client");
    assertThat(thread.summary().get("needs").asInt()).isEqualTo(2);
    assertThat(run("thread", "it-1").out())
        .contains("FINALIZE")
        .contains("  task ")
        .contains("FINAL");
    assertThat(run("replay", "it-1").exit()).isZero();
    assertThat(run("thread", "unheard-of").exit()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  @Order(5)
  void aRefusedNeedSaysWhy() {
    Invocation need = run("need", "--payload", CYCLE, "--wait");
    assertThat(need.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(need.err()).contains("the NEED was refused, BAD_PLAN: ");
  }

  @Test
  @Order(6)
  void replayReadsTheTableAndTheTopicsBesideTheRunningStack() throws Exception {
    for (String source : List.of("audit", "store", "kafka")) {
      Invocation replay = run("replay", "--all", "--from", source, "--json");
      assertThat(replay.exit()).as(replay.out() + replay.err()).isZero();
      assertThat(replay.summary().get("from").asText()).isEqualTo(source);
      assertThat(replay.summary().get("passed").asInt()).as(source).isEqualTo(3);
      assertThat(replay.out()).contains("rows compared");
    }
    Invocation thread = run("replay", "it-1", "--from", "store");
    assertThat(thread.exit()).as(thread.out()).isZero();
    assertThat(thread.out()).contains("PASS  store: ").contains("1 thread, 2 NEEDs: 2 passed");
    assertThat(run("replay", "unheard-of", "--from", "store").exit())
        .isEqualTo(ExitCode.INCOMPLETE);
    assertThat(run("rebuild").exit()).isZero();
  }

  @Test
  @Order(7)
  void rawRecordsGoThroughAsTheyAreAndAreAudited() throws Exception {
    assertThat(run("pub", "it.raw", "not json", "--key", "k").exit()).isZero();
    Invocation tap = run("tap", "it.raw", "--from-beginning", "--max", "1", "--json");
    JsonNode seen = tap.objects().get(0);
    assertThat(seen.get("value").asText()).isEqualTo("not json");
    assertThat(seen.get("key").asText()).isEqualTo("k");
    StringBuilder audit = new StringBuilder();
    try (var segments = Files.list(home.resolve("data/audit/node-2"))) {
      for (Path segment : segments.sorted().toList()) {
        audit.append(Files.readString(segment));
      }
    }
    assertThat(audit).contains("\"dir\":\"RAW_PUBLISHED\"").contains("\"dir\":\"RAW_DELIVERED\"");
    assertThat(run("tap", "no.such.topic").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  @Order(8)
  void configPrintsWithWhatAnAgentReachesKafka() throws Exception {
    Invocation printed = run("config", "kafka-client", "--as", "agent");
    assertThat(printed.exit()).as(printed.err()).isZero();
    Properties client = new Properties();
    client.load(new StringReader(printed.out()));
    assertThat(client.getProperty("sasl.jaas.config")).contains("username=\"agent\"").endsWith(";");
    try (Admin admin = Admin.create(client)) {
      assertThat(admin.listTopics().names().get()).contains("swarm.need", "swarm.finalize");
    }
    assertThat(run("config", "kafka-client").out()).contains("username=\"pipeline\"");
    assertThat(run("config", "kafka").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  @Order(8)
  void aSecondUpOnTheDirectoryIsRefused() {
    Invocation second = run("up", "--data", home.resolve("data").toString(), "--json");
    assertThat(second.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(second.out()).contains("in use by process " + up.pid());
  }

  @Test
  @Order(9)
  void termDrainsAndEndsWith143AndNothingIsLeft() throws Exception {
    up.destroy();
    assertThat(up.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(143);
    assertThat(home.resolve("data/endpoints.json")).doesNotExist();
    assertThat(Files.readString(home.resolve("up.err")))
        .contains("stopping")
        .doesNotContain("\tat ");
    Invocation need = run("need", "x");
    assertThat(need.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(need.err()).contains("no stack is running").contains("./swarm up");
    Invocation replay = run("replay", "it-1");
    assertThat(replay.err()).contains("using its last directory");
    assertThat(replay.exit()).as(replay.out()).isZero();
  }

  @Test
  @Order(10)
  void replayStartsWhatItNeedsOnTheDirectoryOfAStackThatStopped() throws Exception {
    for (String source : List.of("store", "kafka")) {
      Invocation replay = run("replay", "--all", "--from", source, "--json");
      assertThat(replay.exit()).as(replay.out() + replay.err()).isZero();
      assertThat(replay.err()).contains("postgres on " + home.resolve("data").toRealPath());
      assertThat(replay.summary().get("passed").asInt()).as(source).isEqualTo(3);
    }
    Path nowhere = home.resolve("nowhere");
    Invocation none = run("replay", "--all", "--from", "store", "--data", nowhere.toString());
    assertThat(none.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(none.err()).contains("its postgres was never started there").contains("--data");
    assertThat(nowhere).doesNotExist();
  }
}
