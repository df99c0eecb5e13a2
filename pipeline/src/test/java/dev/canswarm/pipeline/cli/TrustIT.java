package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.demo.DemoSetup;
import dev.canswarm.pipeline.cli.kafka.Clients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Keys, roles and policies change beside one {@code ./swarm up} that works on. The tests are its
 * history: each begins with what the ones before have left, and the last one checks all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrustIT {
  private static final int NEEDS = 60;
  private static final Duration ENDED_MAX = Duration.ofSeconds(120);

  private final Path home;
  private final TrustCommands commands;
  private UpProcess up;

  TrustIT(@TempDir Path home) throws Exception {
    this.home = home;
    commands = new TrustCommands(home);
    up = start();
  }

  private UpProcess start() throws Exception {
    return UpProcess.start(home, Map.of("SWARM_INTAKE_ENABLED", "true"));
  }

  @AfterAll
  void stop() throws Exception {
    up.stop();
  }

  @Test
  @Order(1)
  void aKeyIsRotatedAndItsPredecessorRevokedWhileNeedsRun() throws Exception {
    assertThat(commands.listed("admin")).containsExactly("in_force since 0 true");
    feed(0, NEEDS / 2);

    JsonNode rotated = commands.done("trust", "rotate", "worker-1", "--note", "every spring");
    feed(NEEDS / 2, NEEDS);

    assertThat(rotated.get("number").asInt()).isOne();
    assertThat(commands.listed("worker-1"))
        .containsExactlyInAnyOrder("retired since 1 true", "in_force since 1 true");
    awaitEnds(NEEDS);
    assertThat(commands.run("dlq", "list").out()).isEmpty();

    String old = commands.keyOf("worker-1", "retired");
    commands.done("trust", "revoke", old, "--compromised");
    assertThat(commands.listed("worker-1"))
        .containsExactlyInAnyOrder("compromised since 2 true", "in_force since 1 true");
    commands.assertNeedIsAccepted("after");
    assertKeysAreForTheirOwnerAlone();
  }

  private void feed(int from, int to) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        Clients.producer(KafkaEndpoint.open(up.kafkaAddress()))) {
      for (int i = from; i < to; i++) {
        String need = "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"need %d\"}}";
        Clients.send(
            producer,
            new ProducerRecord<>(
                "swarm.intake",
                ("rotated-" + i).getBytes(StandardCharsets.UTF_8),
                need.formatted(i).getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** Each NEED ends once and as ACCEPTED: an end is a row of the list. */
  private void awaitEnds(int count) {
    // A command blocks, which the threads of an interval must not: there it would fail.
    Flux.interval(Duration.ofMillis(200))
        .onBackpressureDrop()
        .publishOn(Schedulers.boundedElastic(), 1)
        .map(tick -> ended())
        .filter(ends -> ends.size() >= count)
        .blockFirst(ENDED_MAX);
    assertThat(ended()).hasSize(count).allMatch("ACCEPTED"::equals);
  }

  private List<String> ended() {
    Invocation list = commands.run("list", "--limit", "1000", "--json");
    assertThat(list.exit()).as(list.err()).isZero();
    try {
      return list.objects().stream()
          .filter(object -> object.path("thread_id").asText().startsWith("rotated-"))
          .map(object -> object.path("outcome").asText())
          .filter(outcome -> !outcome.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertKeysAreForTheirOwnerAlone() throws Exception {
    // Beside the keys are locks, which are empty.
    try (var files = Files.list(home.resolve("data/keys"))) {
      List<Path> keys = files.filter(file -> file.toString().endsWith(".key")).toList();
      assertThat(keys).isNotEmpty();
      for (Path file : keys) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  @Order(2)
  void aPolicyIsActivatedAndTheFirstOneRetiredWhileItRuns() throws Exception {
    commands.assertNeedIsAccepted("under-the-first");
    Path first = home.resolve("data/policy.json");
    Path other = home.resolve("other.json");
    Files.write(other, DemoSetup.withK(Files.readAllBytes(first), 1));

    Path unverifiable = home.resolve("unverifiable.json");
    Files.write(unverifiable, DemoSetup.withK(Files.readAllBytes(first), 9));
    assertNotActivated(
        unverifiable, "k of the policy: expected at most the verifiers in the trust file");
    assertThat(commands.run("policy", "check", unverifiable.toString()).out())
        .contains("k of the policy: expected at most the verifiers in the trust file");

    commands.done("policy", "activate", other.toString());
    assertThat(inForce()).isEqualTo(hashOf(other)).isNotEqualTo(hashOf(first));
    assertThat(commands.run("policy", "show").out().lines()).anyMatch(l -> l.matches("k +1"));
    assertThat(commands.run("policy", "diff", first.toString()).out().strip())
        .isEqualTo("k: 1 → 2");
    assertThat(commands.run("trust", "list").out())
        .contains(
            "policy " + hashOf(first) + "\n",
            "policy " + hashOf(other) + "  (new messages name it)\n");
    commands.assertNeedIsAccepted("under-the-second");
    assertThat(commands.run("policy", "activate", other.toString()).exit())
        .isEqualTo(ExitCode.FAILED);
    commands.done("policy", "retire", first.toString());
    commands.assertNeedIsAccepted("after-the-first");
    assertThat(commands.run("policy", "retire", other.toString()).err()).contains("CHANGE_REFUSED");
  }

  private String inForce() throws Exception {
    return commands.done("policy", "hash").get("hash").asText();
  }

  private String hashOf(Path policy) throws Exception {
    return commands.done("policy", "hash", policy.toString()).get("hash").asText();
  }

  /** A policy with a module that refuses the count of no words, which is {@code {}}. */
  private Path ruled() throws Exception {
    byte[] module = Resources.bytes(PolicyFile.class, "rules/known-artifact.wasm");
    String rules =
        """
        {"rules":[{"name":"known-artifact","sha256":"%s","verbs":["COMMIT"],"gas_max":60000,
                   "memory_pages_max":2}],\
        """
            .formatted(Sha256.hex(module));
    Path file = home.resolve("ruled.json");
    Files.writeString(
        file, Files.readString(home.resolve("data/policy.json")).replaceFirst("\\{", rules));
    return file;
  }

  @Test
  @Order(3)
  void aPolicyBringsItsModuleAlongWhileItRunsAndForThoseThatJoinLater() throws Exception {
    Path policy = ruled();
    Path module = home.resolve("known-artifact.wasm");
    byte[] bytes = Resources.bytes(PolicyFile.class, "rules/known-artifact.wasm");
    assertNotActivated(policy, "rule known-artifact: expected known-artifact.wasm, got no such");
    Files.writeString(module, "no module");
    assertNotActivated(policy, "rule known-artifact: expected a module with SHA-256");
    Files.write(module, bytes);
    commands.assertNeedIsAccepted("before");

    commands.done("policy", "activate", policy.toString());
    assertThat(commands.run("need", "--wait", "--thread", "no-words", "").exit())
        .isEqualTo(ExitCode.FAILED);
    commands.assertNeedIsAccepted("words");
    UpProcess joined = UpProcess.join(home, "joined", Map.of("SWARM_ROLES", "worker"));
    try {
      assertThat(joined.ready()).startsWith("ready ");
      assertThat(commands.run("need", "--wait", "--thread", "no-words-again", "").exit())
          .isEqualTo(ExitCode.FAILED);
      commands.assertNeedIsAccepted("words-again");
    } finally {
      joined.stop();
    }
    assertThat(commands.run("thread", "no-words").out())
        .contains("the artifact is {}, which says nothing");
  }

  private void assertNotActivated(Path policy, String why) throws Exception {
    int before = commands.entries();
    Invocation refused = commands.run("policy", "activate", policy.toString());
    assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("nothing was changed", why);
    assertThat(commands.entries()).isEqualTo(before);
  }

  @Test
  @Order(4)
  void agentsComeAndGoAndARestartGoesOnWithWhatIsInForce() throws Exception {
    int before = commands.entries();
    commands.done("trust", "add", "ann", "--roles", "client,operator");
    commands.done("trust", "roles", "ann", "--roles", "client");
    commands.done("trust", "rotate", "worker-1");
    commands.done("trust", "rotate", "client");
    commands.done("trust", "rotate", "admin");
    commands.done("trust", "revoke", "ann");
    assertThat(commands.listed("ann")).containsExactly("retired since " + (before + 6) + " true");
    commands.assertNeedIsAccepted("before-the-restart");
    commands.assertRefused("nobody", "revoke", "nobody");
    commands.assertRefused(
        "CHANGE_REFUSED", "rotate", "worker-2", "--key", commands.keyOf("ann", "retired"));
    commands.assertRefused("0 of the 1 administrators", "revoke", "admin");
    commands.assertRefused("signs its audit log with one key", "rotate", "node-1");
    commands.assertRefused("has a key already", "add", "worker-1", "--roles", "worker");

    up.stop();
    up = start();
    int rotation = before + 5;
    assertThat(commands.listed("admin"))
        .containsExactlyInAnyOrder(
            "retired since " + rotation + " true", "in_force since " + rotation + " true");
    commands.assertNeedIsAccepted("after-the-restart");
    commands.done("trust", "rotate", "verifier-1");
    commands.assertNeedIsAccepted("with-another-verifier");
  }

  @Test
  @Order(5)
  void everyCheckOfTheWholeHistoryPasses() throws Exception {
    for (String source : new String[] {"audit", "store", "kafka"}) {
      Invocation replay = commands.run("replay", "--all", "--from", source);
      assertThat(replay.exit()).as(source + replay.out() + replay.err()).isZero();
    }
    Invocation alone = commands.run("replay", "--all", "--no-op-log");
    assertThat(alone.exit()).as(alone.out() + alone.err()).isZero();
    assumeThat(Path.of("/usr/bin/python3")).isExecutable();
    Process verify =
        new ProcessBuilder(
                "/usr/bin/python3",
                Path.of("..", "docs", "spec", "verify.py").toString(),
                "--trust",
                home.resolve("data/trust.yaml").toString(),
                "--policy",
                home.resolve("data/policy.json").toString(),
                home.resolve("data/audit").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(verify.waitFor()).as(said).isZero();
    assertThat(said).contains(commands.entries() + " control");
  }
}
