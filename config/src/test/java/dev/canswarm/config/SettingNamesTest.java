package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"kafka", "tasks", "tasks.exec", "tasks.exec.anything"})
  void settingsStandBelowAGroup(String name) {
    assertThat(SettingNames.group(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.port", "kafk", "roles", ""})
  void aSettingHasNoSettingsBelowIt(String name) {
    assertThat(SettingNames.group(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.prt, kafka.port",
    "role, roles",
    "tasks.exec.copy.comand, tasks.exec.copy.command",
  })
  void theSettingThatWasMeantIsFound(String written, String meant) {
    assertThat(SettingNames.nearest(written)).contains(meant);
  }

  @Test
  void aVariableSetsItsSettingAndOthersSetNone() {
    assertThat(SettingNames.ofVariable("SWARM_KAFKA_PORT")).contains("kafka.port");
    assertThat(SettingNames.ofVariable("SWARM_KAFKA")).isEmpty();
    assertThat(SettingNames.nearestVariable("SWARM_KAFKA_PRT")).contains("SWARM_KAFKA_PORT");
  }
}
