package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which source's value of a setting counts. */
class SettingsValuesTest {
  private static SourcedValue value(String text, String source) {
    return SourcedValue.text(text, source);
  }

  @Test
  void withoutSourcesEverythingIsItsDefaultAndValid() {
    SettingsValues values = new SettingsValues(List.of());
    assertThat(values.problems()).isEmpty();
    assertThat(values.resolved()).hasSameSizeAs(SettingKeys.all());
    assertThat(values.resolved()).allMatch(one -> one.source().equals("default"));
    assertThat(values.get(SettingKeys.RETRY_FIRST)).isEqualTo(100);
  }

  @Test
  void theFirstSourceThatHasAValueWins() {
    SettingsValues values =
        new SettingsValues(
            List.of(
                Map.of("retry.max-ms", value("7", "flag")),
                Map.of(
                    "retry.max-ms", value("8", "environment"),
                    "retry.first-ms", value("9", "environment")),
                Map.of("retry.first-ms", value("10", "file"))));
    assertThat(values.get(SettingKeys.RETRY_MAX)).isEqualTo(7);
    assertThat(values.get(SettingKeys.RETRY_FIRST)).isEqualTo(9);
    assertThat(values.effective(SettingKeys.RETRY_FIRST).source()).isEqualTo("environment");
  }

  @Test
  void anEmptyTextIsAValueToo() {
    SettingsValues values =
        new SettingsValues(
            List.of(
                Map.of("kafka.bootstrap", value("", "flag")),
                Map.of("kafka.bootstrap", value("host:9092", "file"))));
    assertThat(values.get(SettingKeys.KAFKA_BOOTSTRAP)).isEmpty();
    assertThat(values.effective(SettingKeys.KAFKA_BOOTSTRAP).source()).isEqualTo("flag");
  }

  @Test
  void aValueThatIsRefusedIsAProblemAndNoValue() {
    SettingsValues values =
        new SettingsValues(
            List.of(
                Map.of("retry.max-ms", value("soon", "flag")),
                Map.of("retry.max-ms", value("8", "file"))));
    assertThat(values.read(SettingKeys.RETRY_MAX)).as("nor the one below it").isEmpty();
    assertThat(values.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(SettingsProblem.Kind.BAD_VALUE);
              assertThat(problem.key()).isEqualTo("retry.max-ms");
              assertThat(problem.actual()).contains("soon");
              assertThat(problem.source()).isEqualTo("flag");
            });
    assertThatThrownBy(() -> values.get(SettingKeys.RETRY_MAX))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("retry.max-ms");
  }

  @Test
  void dollarsAndBracesStandForThemselves() {
    SettingsValues values =
        new SettingsValues(List.of(Map.of("swarm.id", value("${data}", "flag"))));
    assertThat(values.effective(SettingKeys.SWARM_ID).value()).isEqualTo("${data}");
  }

  @Test
  void aCommandHasAllItsKeysWhereverOneOfThemIsSet() {
    SettingsValues values =
        new SettingsValues(
            List.of(
                Map.of("tasks.exec.b.timeout-ms", value("5", "flag")),
                Map.of("tasks.exec.a.command", value("/bin/true", "file"))));
    assertThat(values.commands().keySet()).containsExactly("a", "b");
    assertThat(values.resolved())
        .extracting(ResolvedSetting::key)
        .contains("tasks.exec.a.timeout-ms", "tasks.exec.b.command");
    assertThat(values.get(Objects.requireNonNull(values.commands().get("b")).timeout))
        .isEqualTo(5L);
  }

  @Test
  void secretsAreResolvedMasked() {
    SettingsValues values =
        new SettingsValues(
            List.of(Map.of("redis.url", value("redis://:hunter2@host:6379", "flag"))));
    assertThat(values.resolved().toString()).doesNotContain("hunter2").contains("host:6379");
  }
}
