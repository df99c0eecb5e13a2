package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that sign, and the passphrase of key files. */
class ExternalKeysTest {
  private final Path home;

  ExternalKeysTest(@TempDir Path home) {
    this.home = home;
  }

  private KeySettings load(Map<String, String> flags, Map<String, String> environment)
      throws SettingsException {
    return SettingsLoader.load(flags, environment, Optional.empty(), home).settings().keys();
  }

  @Test
  void aFileMapsAgentsToProgramsFoundFromTheWorkingDirectory() throws Exception {
    Files.writeString(
        home.resolve(SettingsLoader.FILE_DEFAULT),
        """
        keys:
          external-timeout-ms: 500
          external:
            worker-1: [./signer, --key, "a b"]
            client: ""
        """);
    KeySettings keys = load(Map.of(), Map.of());
    assertThat(keys.externalTimeoutMillis()).isEqualTo(500);
    assertThat(keys.external()).hasSize(1);
    assertThat(keys.external().get("worker-1"))
        .containsExactly(home.resolve("signer").toString(), "--key", "a b");
  }

  @Test
  void aVariableSpellsTheAgentInUpperCase() throws Exception {
    KeySettings keys =
        load(
            Map.of(),
            Map.of(
                "SWARM_KEYS_EXTERNAL_WORKER_1", "sign --now",
                "SWARM_KEYS_EXTERNAL_TIMEOUT_MS", "70"));
    assertThat(keys.external().get("worker-1")).containsExactly("sign", "--now");
    assertThat(keys.externalTimeoutMillis()).isEqualTo(70);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"keys.external.", "keys.external.a.b", "keys.external.a/b", "keys.extern"})
  void anythingElseIsNotAnAgent(String name) {
    assertThat(ExternalKeys.find(name)).isEmpty();
  }

  @Test
  void aPassphraseComesFromAFileAndIsNeverShown() throws Exception {
    Path file = home.resolve("passphrase");
    Files.writeString(file, "correct horse\n");
    Map<String, String> variables = Map.of("SWARM_KEYS_PASSPHRASE_FILE", file.toString());
    LoadedSettings loaded = SettingsLoader.load(Map.of(), variables, Optional.empty(), home);
    assertThat(loaded.settings().keys().passphrase().orElseThrow().reveal())
        .isEqualTo("correct horse");
    assertThat(loaded.toString()).doesNotContain("horse");
    assertThat(load(Map.of("keys.passphrase-file", file.toString()), Map.of()).passphrase())
        .contains(new Secret("correct horse"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"correct horse", "any://correct-horse"})
  void aPassphraseOnTheCommandLineIsRefusedAndNotRepeated(String passphrase) {
    assertThatThrownBy(() -> load(Map.of("keys.passphrase", passphrase), Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("keys.passphrase")
        .hasMessageNotContaining("horse");
  }

  @Test
  void aPassphraseThatLooksLikeAUrlIsMaskedAsAWhole() {
    assertThat(SettingKeys.KEYS_PASSPHRASE.display("redis://correct-horse")).isEqualTo("***");
    assertThat(SettingKeys.POSTGRES_PASSWORD.display("any://correct-horse")).isEqualTo("***");
  }
}
