package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.config.TrustFile;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Keys and roles change beside a {@code ./swarm up} that works on, and is never restarted. */
class TrustIT {
  private static final int NEEDS = 60;
  private static final Duration ENDED_MAX = Duration.ofSeconds(120);

  private final Path home;
  private final List<UpProcess> started = new ArrayList<>();

  TrustIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void stop() throws Exception {
    for (UpProcess up : started) {
      up.stop();
    }
  }

  private UpProcess up() throws Exception {
    UpProcess up = UpProcess.start(home, Map.of("SWARM_INTAKE_ENABLED", "true"));
    started.add(up);
    return up;
  }

  private Invocation run(String... args) {
    return Invocation.of(home, args);
  }

  private JsonNode done(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    Invocation invocation = run(all.toArray(String[]::new));
    assertThat(invocation.exit()).as(invocation.out() + invocation.err()).isZero();
    return invocation.summary();
  }

  private List<String> listed(String name) throws Exception {
    Invocation list = run("trust", "list", "--json");
    assertThat(list.exit()).as(list.err()).isZero();
    return list.objects().stream()
        .filter(object -> object.path("name").asText().equals(name))
        .map(
            object ->
                object.get("status").asText()
                    + " since "
                    + object.get("since").asLong()
                    + " "
                    + object.get("private_key_here").asBoolean())
        .toList();
  }

  private String keyOf(String name, String status) throws Exception {
    return run("trust", "list", "--json").objects().stream()
        .filter(object -> object.path("name").asText().equals(name))
        .filter(object -> object.get("status").asText().equals(status))
        .map(object -> object.get("public_key").asText())
        .findFirst()
        .orElseThrow();
  }

  private void assertNeedIsAccepted(String thread) {
    Invocation need = run("need", "--wait", "--thread", thread, "to be or not to be");
    assertThat(need.exit()).as(need.err()).isZero();
  }

  @Test
  void aKeyIsRotatedAndItsPredecessorRevokedWhileNeedsRun() throws Exception {
    UpProcess up = up();
    assertThat(listed("admin")).containsExactly("in_force since 0 true");
    feed(up, 0, NEEDS / 2);

    JsonNode rotated = done("trust", "rotate", "worker-1", "--note", "every spring");
    feed(up, NEEDS / 2, NEEDS);

    assertThat(rotated.get("number").asInt()).isOne();
    assertThat(listed("worker-1"))
        .containsExactlyInAnyOrder("retired since 1 true", "in_force since 1 true");
    awaitEnds(NEEDS);
    assertThat(run("dlq", "list").out()).isEmpty();

    String old = keyOf("worker-1", "retired");
    done("trust", "revoke", old, "--compromised");
    assertThat(listed("worker-1"))
        .containsExactlyInAnyOrder("compromised since 2 true", "in_force since 1 true");
    assertNeedIsAccepted("after");
    assertKeysAreForTheirOwnerAlone();
    assertChecked();
  }

  private void feed(UpProcess up, int from, int to) throws Exception {
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
    Invocation list = run("list", "--limit", "1000", "--json");
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

  private void assertChecked() throws Exception {
    assertChecked(2);
  }

  private void assertChecked(int entries) throws Exception {
    for (String source : new String[] {"audit", "store", "kafka"}) {
      Invocation replay = run("replay", "--all", "--from", source);
      assertThat(replay.exit()).as(source + replay.out() + replay.err()).isZero();
    }
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
    assertThat(said).contains(entries + " control");
  }

  @Test
  void agentsComeAndGoAndARestartGoesOnWithWhatIsInForce() throws Exception {
    UpProcess up = up();
    done("trust", "add", "ann", "--roles", "client,operator");
    done("trust", "roles", "ann", "--roles", "client");
    done("trust", "rotate", "worker-1");
    done("trust", "rotate", "client");
    done("trust", "rotate", "admin");
    done("trust", "revoke", "ann");
    assertThat(listed("ann")).containsExactly("retired since 6 true");
    assertNeedIsAccepted("before");
    assertRefused("nobody", "revoke", "nobody");
    assertRefused("CHANGE_REFUSED", "rotate", "worker-2", "--key", keyOf("ann", "retired"));
    assertRefused("0 of the 1 administrators", "revoke", "admin");
    assertRefused("has a key already", "add", "worker-1", "--roles", "worker");

    up.stop();
    up();
    assertThat(listed("admin"))
        .containsExactlyInAnyOrder("retired since 5 true", "in_force since 5 true");
    assertNeedIsAccepted("after");
    done("trust", "rotate", "verifier-1");
    assertNeedIsAccepted("with-another-verifier");
  }

  private void assertRefused(String why, String... arguments) {
    List<String> all = new ArrayList<>(List.of("trust"));
    all.addAll(List.of(arguments));
    Invocation refused = run(all.toArray(String[]::new));
    assertThat(refused.exit()).as(refused.out() + refused.err()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains(why);
  }

  @Test
  void severalAdministratorsSignWhereTheTrustFileSaysSo() throws Exception {
    String data = home.resolve("data").toString();
    assertThat(run("keys", "new", "--data", data).exit()).isZero();
    assertThat(run("keys", "new", "bob", "--role", "admin", "--data", data).exit()).isZero();
    Path trustFile = home.resolve("data").resolve(TrustFile.NAME);
    new TrustFile(TrustFile.read(trustFile).entries(), 2).write(trustFile);
    up();

    Invocation alone = run("trust", "rotate", "worker-1");
    assertThat(alone.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(alone.err()).contains("2 administrators must sign", "--propose");
    String file = home.resolve("change.json").toString();
    done("trust", "rotate", "worker-1", "--propose", file);
    assertRefused("APPROVALS_MISSING", "submit", file, "--admin", "admin");
    done("trust", "approve", file, "--admin", "bob");
    done("trust", "submit", file, "--admin", "admin");

    assertThat(listed("worker-1"))
        .containsExactlyInAnyOrder("retired since 1 true", "in_force since 1 true");
    assertRefused("propose the change again", "submit", file, "--admin", "admin");
    assertNeedIsAccepted("after");
  }

  @Test
  void aPolicyIsActivatedAndTheFirstOneRetiredWhileItRuns() throws Exception {
    up();
    assertNeedIsAccepted("under-the-first");
    Path first = home.resolve("data/policy.json");
    Path other = home.resolve("other.json");
    Files.write(other, DemoSetup.withK(Files.readAllBytes(first), 1));

    done("policy", "activate", other.toString());
    assertNeedIsAccepted("under-the-second");
    assertThat(run("policy", "activate", other.toString()).exit()).isEqualTo(ExitCode.FAILED);
    done("policy", "retire", first.toString());
    assertNeedIsAccepted("after-the-first");
    assertThat(run("policy", "retire", other.toString()).err()).contains("CHANGE_REFUSED");

    assertChecked();
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
  void aPolicyBringsItsModuleAlongWhileItRunsAndForThoseThatJoinLater() throws Exception {
    up();
    Path policy = ruled();
    Path module = home.resolve("known-artifact.wasm");
    byte[] bytes = Resources.bytes(PolicyFile.class, "rules/known-artifact.wasm");
    assertNotActivated(policy, "rule known-artifact: expected known-artifact.wasm, got no such");
    Files.writeString(module, "no module");
    assertNotActivated(policy, "rule known-artifact: expected a module with SHA-256");
    Files.write(module, bytes);
    assertNeedIsAccepted("before");

    done("policy", "activate", policy.toString());
    assertThat(run("need", "--wait", "--thread", "no-words", "").exit()).isEqualTo(ExitCode.FAILED);
    assertNeedIsAccepted("words");
    UpProcess joined = UpProcess.join(home, "joined", Map.of("SWARM_ROLES", "worker"));
    started.add(0, joined);
    assertThat(joined.ready()).startsWith("ready ");
    assertThat(run("need", "--wait", "--thread", "no-words-again", "").exit())
        .isEqualTo(ExitCode.FAILED);
    assertNeedIsAccepted("words-again");
    assertThat(run("thread", "no-words").out()).contains("the artifact is {}, which says nothing");

    assertChecked(1);
    Invocation alone = run("replay", "--all", "--no-op-log");
    assertThat(alone.exit()).as(alone.out() + alone.err()).isZero();
  }

  private void assertNotActivated(Path policy, String why) throws Exception {
    Invocation refused = run("policy", "activate", policy.toString());
    assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("nothing was changed", why);
    assertThat(done("trust", "list").get("number").asInt()).isZero();
  }

  @Test
  void withoutAStackThereIsNothingToChange() {
    assertThat(run("trust", "list").exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(run("trust").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(run("trust", "rotate").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(run("trust", "add", "x", "--note", "").exit()).isEqualTo(ExitCode.USAGE);
  }
}
