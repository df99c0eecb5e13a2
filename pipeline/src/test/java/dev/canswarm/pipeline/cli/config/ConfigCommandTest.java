package dev.canswarm.pipeline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  private final Path home;

  ConfigCommandTest(@TempDir Path home) {
    this.home = home;
  }

  private static JsonNode setting(Invocation invocation, String key) throws Exception {
    return invocation.objects().stream()
        .filter(object -> object.path("key").asText().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everySettingIsPrintedWithItsValueAndItsSource() throws Exception {
    Files.writeString(home.resolve("swarm.yaml"), "redis:\n  port: 1234\n");
    Invocation invocation = new Invocation(home, Map.of("SWARM_POSTGRES_PORT", "2345"));
    invocation.run("config", "--json", "--kafka-port=3456");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.OK);
    assertThat(invocation.summary().path("settings").asInt()).isEqualTo(SettingKeys.all().size());
    assertThat(setting(invocation, "redis.port").path("value").asText()).isEqualTo("1234");
    assertThat(setting(invocation, "redis.port").path("source").asText()).contains("swarm.yaml");
    assertThat(setting(invocation, "postgres.port").path("source").asText())
        .contains("SWARM_POSTGRES_PORT");
    assertThat(setting(invocation, "kafka.port").path("source").asText()).isEqualTo("flag");
    assertThat(setting(invocation, "http.port").path("source").asText()).isEqualTo("default");
  }

  @Test
  void aSecretIsNotPrinted() throws Exception {
    Files.writeString(home.resolve("password"), "a very secret word\n");
    Invocation invocation =
        new Invocation(
            home, Map.of("SWARM_KEYS_PASSPHRASE_FILE", home.resolve("password").toString()));
    invocation.run("config");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.OK);
    assertThat(invocation.out()).contains("keys.passphrase").doesNotContain("a very secret word");
  }

  @Test
  void anUnknownPartIsAUsageErrorThatNamesTheOthers() {
    Invocation invocation = Invocation.of(home, "config", "kafka");
    assertThat(invocation.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err())
        .contains("expected kafka-client, kafka-rights or nothing, got kafka");
  }

  @Test
  void anAgentsLoginNeedsARunningBroker() {
    Invocation invocation = Invocation.of(home, "config", "kafka-client", "--as", "agent");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(invocation.out()).isEmpty();
  }

  @Test
  void rightsAreStoredInARunningBrokerAlone() {
    Invocation invocation = Invocation.of(home, "config", "kafka-rights");
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(invocation.err()).contains("no stack is running on");
    assertThat(invocation.out()).isEmpty();
  }

  @Test
  void columnsAreAlignedAndAValueThatIsNotSetIsADash() {
    Invocation invocation = Invocation.of(home, "config", "--data=" + "x".repeat(60));
    assertThat(invocation.out().lines()).anyMatch(line -> line.matches("trust\\.file +- +default"));
    int name = SettingKeys.all().stream().mapToInt(key -> key.name().length()).max().orElseThrow();
    assertThat(invocation.out().lines())
        .filteredOn(line -> line.endsWith("  default"))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.charAt(name + 1) == ' ' && line.charAt(name + 2) != ' ')
        .anyMatch(line -> line.length() == name + 2 + 24 + 2 + "default".length());
  }
}
