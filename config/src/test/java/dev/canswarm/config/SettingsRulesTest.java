package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are valid alone and contradict each other. */
class SettingsRulesTest {
  private static List<SettingsProblem> problems(String... namesAndTexts) {
    Map<String, SourcedValue> source = new HashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      source.put(namesAndTexts[i], SourcedValue.text(namesAndTexts[i + 1], "flag"));
    }
    return SettingsRules.problems(new SettingsValues(List.of(source)));
  }

  @Test
  void theDefaultsAgree() {
    assertThat(problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.min-insync, 3, kafka.replication, 2",
    "kafka.poll-records-max, 512, kafka.in-flight-max, 511",
    "retry.first-ms, 101, retry.max-ms, 100",
  })
  void theLowerOneIsAtMostTheHigherOne(String low, String lowText, String high, String highText) {
    assertThat(problems(low, lowText, high, highText))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(SettingsProblem.Kind.CONFLICT);
              assertThat(problem.key()).isEqualTo(low);
              assertThat(problem.expected()).contains(high, highText, "flag");
              assertThat(problem.actual()).isEqualTo(lowText);
            });
    assertThat(problems(low, highText, high, highText)).as("equal").isEmpty();
  }

  @Test
  void aValueThatIsRefusedAnywayIsNotComparedWithAnother() {
    assertThat(problems("retry.first-ms", "soon", "retry.max-ms", "100")).isEmpty();
  }

  @Test
  void aCommandHasACommand() {
    assertThat(problems("tasks.exec.a.timeout-ms", "5"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.key()).isEqualTo("tasks.exec.a.command"));
    assertThat(problems("tasks.exec.a.command", "/bin/true")).isEmpty();
  }

  @Test
  void aCheckAndItsCommandComeTogether() {
    assertThat(problems("tasks.exec.a.command", "/bin/true", "tasks.exec.a.verify", "check"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.key()).isEqualTo("tasks.exec.a.check-command"));
    assertThat(
            problems(
                "tasks.exec.a.command", "/bin/true", "tasks.exec.a.check-command", "/bin/false"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.key()).isEqualTo("tasks.exec.a.verify"));
    assertThat(
            problems(
                "tasks.exec.a.command", "/bin/true",
                "tasks.exec.a.verify", "check",
                "tasks.exec.a.check-command", "/bin/false"))
        .isEmpty();
  }

  @Test
  void thereIsABoundForCommands() {
    assertThat(problems(commands(ExecKeys.COMMANDS_MAX))).isEmpty();
    assertThat(problems(commands(ExecKeys.COMMANDS_MAX + 1)))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.expected())
                    .isEqualTo("at most " + ExecKeys.COMMANDS_MAX + " commands"));
  }

  private static String[] commands(int count) {
    String[] all = new String[2 * count];
    for (int i = 0; i < count; i++) {
      all[2 * i] = "tasks.exec.c" + i + ".command";
      all[2 * i + 1] = "/bin/true";
    }
    return all;
  }

  @Test
  void everyConflictIsReported() {
    assertThat(
            problems(
                "retry.first-ms", "101",
                "retry.max-ms", "100",
                "kafka.min-insync", "3",
                "kafka.replication", "2",
                "tasks.exec.a.timeout-ms", "5"))
        .extracting(SettingsProblem::key)
        .containsExactlyInAnyOrder("retry.first-ms", "kafka.min-insync", "tasks.exec.a.command");
  }
}
