package dev.canswarm.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up settings by the name of their environment variable, and suggests known names for unknown
 * ones.
 */
final class SettingNames {
  private static final String COMMAND_TEMPLATE = "<name>";
  private static final Map<String, String> KEY_BY_VARIABLE = keyByVariable();

  private SettingNames() {}

  /** Whether {@code name} is the common prefix of some settings, such as {@code kafka}. */
  static boolean group(String name) {
    String prefix = name + ".";
    return prefix.startsWith(ExecKeys.PREFIX)
        || ExecKeys.PREFIX.startsWith(prefix)
        || prefix.startsWith(KafkaClientKeys.PREFIX)
        || prefix.equals(ExternalKeys.PREFIX)
        || SettingKeys.all().stream().anyMatch(key -> key.name().startsWith(prefix));
  }

  static String nearest(String key) {
    List<String> candidates = names(SettingKeys.all());
    String[] parts = key.split("\\.", -1);
    String command = parts.length == 4 ? parts[2] : COMMAND_TEMPLATE;
    boolean known = ExecKeys.name(ExecKeys.PREFIX + command + ".command").isPresent();
    candidates.addAll(names(new ExecKeys(known ? command : COMMAND_TEMPLATE).all()));
    return NearestName.of(key, candidates);
  }

  static String nearestVariable(String variable) {
    List<String> candidates = new ArrayList<>(KEY_BY_VARIABLE.keySet());
    for (SettingKey<?> key : new ExecKeys("name").all()) {
      candidates.add(key.environmentName().replace("_NAME_", "_<NAME>_"));
    }
    candidates.addAll(SettingKeys.ENVIRONMENT_OTHER);
    return NearestName.of(variable, candidates);
  }

  /** Returns the key of the setting that an environment variable sets, or empty. */
  static Optional<String> ofVariable(String variable) {
    return Optional.ofNullable(KEY_BY_VARIABLE.get(variable))
        .or(() -> ExecKeys.keyOfVariable(variable))
        .or(() -> KafkaClientKeys.keyOfVariable(variable))
        .or(() -> ExternalKeys.keyOfVariable(variable));
  }

  private static List<String> names(List<SettingKey<?>> keys) {
    List<String> names = new ArrayList<>();
    keys.forEach(key -> names.add(key.name()));
    return names;
  }

  private static Map<String, String> keyByVariable() {
    Map<String, String> keys = new LinkedHashMap<>();
    for (SettingKey<?> key : SettingKeys.all()) {
      keys.put(key.environmentName(), key.name());
      if (key.secret()) {
        keys.put(
            key.environmentName() + SecretFiles.VARIABLE_SUFFIX, key.name() + SecretFiles.SUFFIX);
      }
    }
    return keys;
  }
}
