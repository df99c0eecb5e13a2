package dev.canswarm.config;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each setting holds once the sources are laid over each other. SmallRye chooses; expressions
 * in values are off, since a password may well hold a dollar and a brace.
 */
final class SettingsValues {
  private static final String DEFAULT = "default";
  private static final int ORDINAL_HIGHEST = 400;

  /** By SmallRye's ordinal, the highest first. */
  private final Map<Integer, Map<String, Given>> layers = new LinkedHashMap<>();

  private final Map<String, ExecKeys> commands = new TreeMap<>();
  private final List<SettingKey<?>> keys = new ArrayList<>(SettingKeys.all());
  private final SmallRyeConfig config;

  /**
   * @param sources the strongest first; known keys only
   */
  SettingsValues(List<Map<String, Given>> sources) {
    for (Map<String, Given> source : sources) {
      layers.put(ORDINAL_HIGHEST - layers.size(), source);
      for (String key : source.keySet()) {
        ExecKeys.name(key).ifPresent(name -> commands.computeIfAbsent(name, ExecKeys::new));
      }
    }
    commands.values().forEach(command -> keys.addAll(command.all()));
    Map<String, Given> defaults = new LinkedHashMap<>();
    keys.forEach(key -> defaults.put(key.name(), Given.text(key.defaultValue(), DEFAULT)));
    layers.put(ORDINAL_HIGHEST - layers.size(), defaults);
    config = overlaid(layers);
  }

  private static SmallRyeConfig overlaid(Map<Integer, Map<String, Given>> layers) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
    layers.forEach(
        (ordinal, layer) -> {
          Map<String, String> properties = new LinkedHashMap<>();
          layer.forEach((key, given) -> properties.put(key, given.value()));
          builder.withSources(new PropertiesConfigSource(properties, "settings", ordinal));
        });
    return builder.build();
  }

  /** The named commands, by name. */
  Map<String, ExecKeys> commands() {
    return commands;
  }

  /** The value that counts. */
  Given given(SettingKey<?> key) {
    int ordinal = config.getConfigValue(key.name()).getConfigSourceOrdinal();
    Map<String, Given> layer = Objects.requireNonNull(layers.get(ordinal), key.name());
    return Objects.requireNonNull(layer.get(key.name()), key.name());
  }

  /** The value that counts, typed; empty where its text is wrong. */
  <T> Optional<T> read(SettingKey<T> key) {
    return key.type().read(given(key).value());
  }

  /** The value that counts, after all were found right. */
  <T> T get(SettingKey<T> key) {
    return read(key).orElseThrow(() -> new IllegalStateException(key.name() + " was not checked"));
  }

  /** Every value that is not of its setting's type or out of bounds. */
  List<SettingsProblem> problems() {
    List<SettingsProblem> problems = new ArrayList<>();
    for (SettingKey<?> key : keys) {
      if (read(key).isEmpty()) {
        Given given = given(key);
        problems.add(SettingsProblem.badValue(key, given.value(), given.where()));
      }
    }
    return problems;
  }

  List<Resolved> resolved() {
    List<Resolved> resolved = new ArrayList<>();
    for (SettingKey<?> key : keys) {
      Given given = given(key);
      resolved.add(
          new Resolved(key.name(), key.display(given.value()), given.source(), key.secret()));
    }
    return resolved;
  }
}
