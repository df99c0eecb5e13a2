package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.TrustFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataPathsTest {
  private final Path home;

  DataPathsTest(@TempDir Path home) {
    this.home = home;
  }

  private LoadedSettings loaded(Map<String, String> flags, Map<String, String> environment)
      throws Exception {
    return SettingsLoader.load(flags, environment, Optional.empty(), home);
  }

  @Test
  void aDirectoryThatNobodyNamedIsNotExplicit() throws Exception {
    assertThat(DataPaths.explicitData(loaded(Map.of(), Map.of()))).isEmpty();
  }

  @Test
  void aDirectoryIsExplicitByAFlagTheEnvironmentOrAFile() throws Exception {
    assertThat(DataPaths.explicitData(loaded(Map.of("data", "a"), Map.of())))
        .contains(home.resolve("a"));
    assertThat(DataPaths.explicitData(loaded(Map.of(), Map.of("SWARM_DATA", "b"))))
        .contains(home.resolve("b"));
    Files.writeString(home.resolve("swarm.yaml"), "data: c\n");
    assertThat(DataPaths.explicitData(loaded(Map.of(), Map.of()))).contains(home.resolve("c"));
  }

  @Test
  void theTrustFileIsThatOfTheDataDirectoryUnlessAnotherIsNamed() throws Exception {
    Path data = home.resolve("resolved");
    assertThat(DataPaths.trustFile(loaded(Map.of(), Map.of()), data))
        .isEqualTo(data.resolve(TrustFile.NAME));
    assertThat(DataPaths.trustFile(loaded(Map.of("trust.file", "keys.yaml"), Map.of()), data))
        .isEqualTo(home.resolve("keys.yaml"));
  }

  @Test
  void aSettingThatDoesNotExistIsNotGiven() throws Exception {
    LoadedSettings loaded = loaded(Map.of("kafka.port", "19092"), Map.of());
    assertThat(DataPaths.isGiven(loaded, "kafka.port")).isTrue();
    assertThat(DataPaths.isGiven(loaded, "redis.port")).isFalse();
    assertThat(DataPaths.isGiven(loaded, "kafka")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://user:secret@redis.example:6390/2, redis.example:6390",
    "rediss://:secret@redis.example, redis.example:6379",
    "redis://[::1], [::1]:6379"
  })
  void aRedisAddressHasNoLogin(String url, String address) {
    assertThat(DataPaths.redisAddress(url)).isEqualTo(address);
  }
}
