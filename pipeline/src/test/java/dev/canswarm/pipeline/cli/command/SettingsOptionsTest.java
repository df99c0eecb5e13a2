package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.ResolvedSetting;
import dev.canswarm.config.SettingKey;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.config.SettingsException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class SettingsOptionsTest {
  @TempDir private Path home;

  private final SettingsOptions options = new SettingsOptions();
  private final CommandSpec command = CommandSpec.create();

  @Test
  void everySettingHasAnOptionAndHelpShowsOnlyTheChosenOnes() {
    options.addTo(command, List.of("kafka.port"));
    for (SettingKey<?> key : SettingKeys.all()) {
      OptionSpec option =
          Objects.requireNonNull(command.findOption(key.flagName()), key.flagName());
      assertThat(option.hidden()).as(key.flagName()).isNotEqualTo(key.name().equals("kafka.port"));
      assertThat(command.findOption(key.fileFlagName()) != null)
          .as(key.fileFlagName())
          .isEqualTo(key.secret());
    }
  }

  @Test
  void anOptionWinsOverWhatWasFoundAndThatOverTheEnvironment() throws Exception {
    parse("--kafka-port", "1111");
    Map<String, String> environment =
        Map.of(
            "SWARM_KAFKA_PORT", "3333",
            "SWARM_KAFKA_PARTITIONS", "3",
            "SWARM_KAFKA_REPLICATION", "3");
    Map<String, String> found = Map.of("kafka.port", "2222", "kafka.partitions", "2");
    List<ResolvedSetting> values = options.load(context(environment), found).values();
    assertThat(value(values, "kafka.port")).isEqualTo("1111");
    assertThat(value(values, "kafka.partitions")).isEqualTo("2");
    assertThat(value(values, "kafka.replication")).isEqualTo("3");
    assertThat(options.given("kafka.port")).isTrue();
    assertThat(options.given("kafka.partitions")).isFalse();
  }

  @Test
  void theFileThatIsNamedIsRead() throws Exception {
    Path file = Files.writeString(home.resolve("other.yaml"), "kafka:\n  port: 4444\n");
    parse("--config", file.toString());
    assertThat(value(options.load(context(Map.of())).values(), "kafka.port")).isEqualTo("4444");
  }

  @Test
  void aFileOptionSuppliesTheSecretThatItContains() throws Exception {
    Path file = Files.writeString(home.resolve("password"), "a-secret\n");
    parse("--postgres-password-file", file.toString(), "--postgres-url", "postgresql://u@h/d");
    assertThat(options.given("postgres.password")).isFalse();
    assertThat(options.load(context(Map.of())).settings().postgres().endpoint())
        .hasValueSatisfying(at -> assertThat(at.password().reveal()).isEqualTo("a-secret"));
    Files.delete(file);
    assertThatThrownBy(() -> options.load(context(Map.of())))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aValueOfAnotherFormIsRefusedByTheNameOfItsSetting() {
    parse("--kafka-port", "none");
    assertThatThrownBy(() -> options.load(context(Map.of())))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("kafka.port");
  }

  private void parse(String... arguments) {
    options.addTo(command, List.of());
    new CommandLine(command).parseArgs(arguments);
  }

  private CommandContext context(Map<String, String> environment) {
    PrintStream nothing =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new CommandContext(
        new Console(nothing, nothing, false),
        new StopSignal(),
        environment,
        home,
        TimeSource.system(),
        new SecureRandom());
  }

  private static String value(List<ResolvedSetting> values, String key) {
    return values.stream()
        .filter(setting -> setting.key().equals(key))
        .map(ResolvedSetting::value)
        .findFirst()
        .orElseThrow();
  }
}
