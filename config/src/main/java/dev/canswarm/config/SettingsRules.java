package dev.canswarm.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks conditions that involve several settings. */
final class SettingsRules {
  private final SettingsValues values;
  private final List<SettingsProblem> problems = new ArrayList<>();

  private SettingsRules(SettingsValues values) {
    this.values = values;
  }

  static List<SettingsProblem> problems(SettingsValues values) {
    SettingsRules rules = new SettingsRules(values);
    rules.atMost(SettingKeys.KAFKA_MIN_INSYNC, SettingKeys.KAFKA_REPLICATION);
    rules.atMost(SettingKeys.KAFKA_POLL_RECORDS_MAX, SettingKeys.KAFKA_IN_FLIGHT_MAX);
    rules.atMost(SettingKeys.RETRY_FIRST, SettingKeys.RETRY_MAX);
    if (values.commands().size() > ExecKeys.COMMANDS_MAX) {
      rules.conflict(
          ExecKeys.PREFIX + "*",
          "at most " + ExecKeys.COMMANDS_MAX + " commands",
          String.valueOf(values.commands().size()),
          "all sources");
    }
    if (values.externalKeys().size() > ExternalKeys.AGENTS_MAX) {
      rules.conflict(
          ExternalKeys.PREFIX + "*",
          "at most " + ExternalKeys.AGENTS_MAX + " agents",
          String.valueOf(values.externalKeys().size()),
          "all sources");
    }
    values.commands().values().forEach(rules::command);
    return rules.problems;
  }

  private <T extends Comparable<T>> void atMost(SettingKey<T> low, SettingKey<T> high) {
    Optional<T> lower = values.read(low);
    Optional<T> upper = values.read(high);
    if (lower.isPresent() && upper.isPresent() && lower.get().compareTo(upper.get()) > 0) {
      conflict(
          low.name(),
          "at most " + high.name() + ", which is " + upper.get() + " (" + where(high) + ")",
          String.valueOf(lower.get()),
          where(low));
    }
  }

  private void command(ExecKeys keys) {
    if (values.read(keys.command).filter(List::isEmpty).isPresent()) {
      conflict(keys.command.name(), keys.command.type().expected(), "nothing", where(keys.command));
    }
    Optional<VerifyMode> verify = values.read(keys.verify);
    Optional<List<String>> check = values.read(keys.checkCommand);
    if (verify.isEmpty() || check.isEmpty()) {
      return;
    }
    boolean wanted = verify.get() == VerifyMode.CHECK;
    if (wanted && check.get().isEmpty()) {
      conflict(
          keys.checkCommand.name(),
          "a command, since verify is check (" + where(keys.verify) + ")",
          "nothing",
          where(keys.checkCommand));
    } else if (!wanted && !check.get().isEmpty()) {
      conflict(
          keys.verify.name(),
          "check, since there is a check-command (" + where(keys.checkCommand) + ")",
          SettingTypes.spelled(verify.get()),
          where(keys.verify));
    }
  }

  private void conflict(String key, String expected, String actual, String source) {
    problems.add(new SettingsProblem(SettingsProblem.Kind.CONFLICT, key, expected, actual, source));
  }

  private String where(SettingKey<?> key) {
    return values.effective(key).where();
  }
}
