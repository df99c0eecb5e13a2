package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.Engines;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.SeedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which form new key files are written, and who signs. */
class ConfiguredKeysTest {
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> PASSPHRASE =
      Map.of("SWARM_KEYS_PASSPHRASE", "correct horse battery");

  private final Path home;
  private final CommandContext context;

  ConfiguredKeysTest(@TempDir Path home) {
    this.home = home;
    this.context = new Invocation(home, Map.of()).context();
  }

  private SwarmSettings settings(Map<String, String> environment) throws Exception {
    return SettingsLoader.load(Map.of(), environment, Optional.empty(), home).settings();
  }

  private KeyAccess all(Map<String, String> environment) throws Exception {
    return ConfiguredKeys.of(settings(environment), Engines.portable(), context);
  }

  private KeyAccess ofFiles(Map<String, String> environment, boolean encrypts) throws Exception {
    return ConfiguredKeys.ofFiles(settings(environment), Engines.portable(), context, encrypts);
  }

  private boolean writesEncrypted(KeyAccess opened, String name) throws Exception {
    try (KeyAccess access = opened) {
      KeyRotation keys = new KeyRotation(home, access);
      keys.prepare(name, known -> false, SeedSource.derived(1));
      return Files.readString(keys.newest(name)).startsWith("{");
    }
  }

  @Test
  void newFilesArePlainWhereNoPassphraseIsConfigured() throws Exception {
    assertThat(writesEncrypted(all(NOTHING), "a")).isFalse();
  }

  @Test
  void aCommandForFilesWritesTheFormThatItIsAskedFor() throws Exception {
    assertThat(writesEncrypted(ofFiles(PASSPHRASE, true), "a")).isTrue();
    assertThat(writesEncrypted(ofFiles(PASSPHRASE, false), "b")).isFalse();
  }

  @Test
  void aProgramSignsForItsAgentUnlessFilesAloneAreMeant() throws Exception {
    Map<String, String> external = Map.of("SWARM_KEYS_EXTERNAL_WORKER_1", "no-such-program");
    try (KeyAccess access = all(external)) {
      assertThat(access.isExternal("worker-1")).isTrue();
      assertThat(access.isExternal("worker-2")).isFalse();
    }
    try (KeyAccess access = ofFiles(external, false)) {
      assertThat(access.isExternal("worker-1")).isFalse();
    }
  }
}
