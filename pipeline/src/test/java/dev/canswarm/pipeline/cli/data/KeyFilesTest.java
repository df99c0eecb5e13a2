package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.data.KeyFiles.Form;
import dev.canswarm.pipeline.keys.KeyPassphrase;
import dev.canswarm.pipeline.signer.ExternalSigners;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
  private static final SignatureEngine ENGINE = Engines.portable();

  private final Path data;
  private final Path keys;
  private final KeyAccess access =
      new KeyAccess(
          ENGINE,
          KeyPassphrase.none(),
          false,
          null,
          new ExternalSigners(Map.of("signer", List.of("true")), ENGINE, 1, () -> 0));
  private final KeyFiles files;

  KeyFilesTest(@TempDir Path data) {
    this.data = data;
    this.keys = data.resolve(AgentKeys.DIRECTORY);
    this.files = new KeyFiles(data, access);
  }

  @BeforeEach
  void makesTheDirectory() throws Exception {
    SmallFiles.createDirectory(keys);
  }

  @AfterEach
  void closes() {
    access.close();
  }

  private static byte[] seed(int first) {
    byte[] seed = new byte[32];
    seed[0] = (byte) first;
    return seed;
  }

  @Test
  void agentsAreListedByTheirFilesInOrder() throws Exception {
    KeyFile.write(KeyFile.of(keys, "worker-2"), seed(2));
    KeyFile.write(KeyFile.of(keys, "admin"), seed(1));
    Files.writeString(keys.resolve("notes.txt"), "x");
    assertThat(files.names()).containsExactly("admin", "worker-2");
    assertThat(new KeyFiles(data.resolve("missing"), access).names()).isEmpty();
  }

  @Test
  void aPlainKeyIsReadAlsoIfNobodyListsIt() throws Exception {
    KeyFile.write(KeyFile.of(keys, "stranger"), seed(3));
    KeyFiles.State state = files.state("stranger");
    assertThat(state.form()).isEqualTo(Form.PLAIN);
    assertThat(state.publicKey()).as("a seed does not name its public key").isEmpty();
    assertThat(state.mode()).isEqualTo(SmallFiles.posix() ? "rw-------" : "");
    assertThat(files.key("stranger").publicKey()).isEqualTo(ENGINE.signingKey(seed(3)).publicKey());
  }

  @Test
  void aKeyThatIsNotHereIsAbsentAndOneOfAProgramIsExternal() {
    assertThat(files.state("nobody").form()).isEqualTo(Form.ABSENT);
    assertThat(files.state("nobody").mode()).isEmpty();
    assertThat(files.state("signer").form()).isEqualTo(Form.EXTERNAL);
    assertThatThrownBy(() -> files.key("nobody")).isInstanceOf(DataException.class);
  }

  @Test
  void aFileWithSomethingElseIsRefusedWithTheReason() throws Exception {
    SmallFiles.write(
        KeyFile.of(keys, "broken"), "{\"no\":\"key\"}".getBytes(StandardCharsets.UTF_8));
    KeyFiles.State state = files.state("broken");
    assertThat(state.form()).isEqualTo(Form.REFUSED);
    assertThat(state.detail()).contains("broken.key");
  }

  @Test
  void changingFilesNeedsADirectory() {
    KeyFiles none = new KeyFiles(data.resolve("missing"), access);
    assertThatThrownBy(() -> none.decrypt(List.of("a")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("./swarm keys new");
  }

  @Test
  void twoCommandsDoNotChangeTheFilesAtOnce() throws Exception {
    FileLocks.Held other = FileLocks.tryAcquire(keys.resolve("keys.lock")).orElseThrow();
    try {
      assertThatThrownBy(() -> files.decrypt(List.of("a")))
          .isInstanceOfSatisfying(
              DataException.class,
              e -> assertThat(e.problem()).isEqualTo(DataException.Problem.IN_USE));
    } finally {
      other.close();
    }
    KeyFile.write(KeyFile.of(keys, "a"), seed(4));
    assertThat(files.decrypt(List.of("a"))).as("it is plain already").isEmpty();
    assertThat(files.decrypt(List.of("a"))).as("the lock was given back").isEmpty();
  }
}
