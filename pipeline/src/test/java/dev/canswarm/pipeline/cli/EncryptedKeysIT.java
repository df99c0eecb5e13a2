package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.embedded.JavaCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code ./swarm up} whose key files are encrypted, and whose worker's key is kept by {@code
 * ./swarm keys signer} in another directory.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EncryptedKeysIT {
  private static final String PASSPHRASE = "correct horse battery";

  private final Path home;
  private final Map<String, String> environment = new TreeMap<>();
  private final UpProcess up;

  EncryptedKeysIT(@TempDir Path home) throws Exception {
    this.home = home;
    Path passphrase = Files.writeString(home.resolve("passphrase"), PASSPHRASE + "\n");
    environment.put("SWARM_AGENTS_WORKERS", "1");
    environment.put("SWARM_KEYS_PASSPHRASE_FILE", passphrase.toString());
    Invocation made = new Invocation(home, environment);
    assertThat(made.run("keys", "new", "--data", home.resolve("data").toString())).isZero();

    Path kept = Files.createDirectories(home.resolve("signer/keys"));
    Files.move(home.resolve("data/keys/worker-1.key"), kept.resolve("worker-1.key"));
    List<String> signer =
        JavaCommand.of(
            "dev.canswarm.pipeline.Main",
            "keys",
            "signer",
            "worker-1",
            "--data",
            home.resolve("signer").toString(),
            "--keys-passphrase-file",
            passphrase.toString());
    environment.put(
        "SWARM_KEYS_EXTERNAL_WORKER_1",
        signer.stream().collect(Collectors.joining("\",\"", "[\"", "\"]")));
    environment.put("SWARM_KEYS_EXTERNAL_TIMEOUT_MS", "10000");
    up = UpProcess.start(home, environment);
  }

  @AfterAll
  void stop() throws Exception {
    up.stop();
    String said = Files.readString(home.resolve("up.err"));
    assertThat(said).contains("signer").doesNotContain("horse");
    assertThat(signers()).isEmpty();
  }

  private Invocation run(Map<String, String> variables, String... args) {
    Invocation invocation = new Invocation(home, variables);
    invocation.run(args);
    return invocation;
  }

  /** The processes that sign for the one under test: all that it starts in Java. */
  private List<ProcessHandle> signers() {
    return up.process()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .filter(child -> child.info().command().filter(one -> one.endsWith("/java")).isPresent())
        .toList();
  }

  @Test
  @Order(1)
  void aNeedIsSignedWithAnEncryptedKeyAndDoneByAWorkerWhoseKeyIsElsewhere() throws Exception {
    assertThat(up.ready()).startsWith("ready ");
    Invocation need = run(environment, "need", "--thread", "kept", "--wait", "to be or not to be");
    assertThat(need.err()).contains("ACCEPTED");
    assertThat(need.exit()).isZero();

    assertThat(run(Map.of(), "replay", "kept").exit()).isZero();
  }

  @Test
  @Order(2)
  void withoutThePassphraseACommandSaysWhatToDo() {
    Invocation need = run(Map.of(), "need", "a");
    assertThat(need.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(need.err()).contains("client.key is encrypted", "SWARM_KEYS_PASSPHRASE_FILE");
  }

  @Test
  @Order(3)
  void aSignerThatIsKilledIsStartedAgainAndNothingIsLost() {
    for (int i = 0; i < 4; i++) {
      if (i % 2 == 1) {
        assertThat(signers()).hasSize(1).allMatch(ProcessHandle::destroyForcibly);
      }
      Invocation need = run(environment, "need", "--thread", "killed-" + i, "--wait", "a b a");
      assertThat(need.err()).contains("ACCEPTED");
    }
  }

  @Test
  @Order(4)
  void aListSaysWhoSigns() throws Exception {
    Invocation list = run(environment, "keys", "list", "--json");
    Map<String, String> forms = new TreeMap<>();
    for (JsonNode key : list.objects()) {
      forms.put(key.path("name").asText(), key.path("form").asText());
    }
    assertThat(forms).containsEntry("worker-1", "external").containsEntry("client", "encrypted");
    assertThat(Files.exists(home.resolve("data/keys/worker-1.key"))).isFalse();
  }
}
