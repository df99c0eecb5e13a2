package dev.canswarm.config;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Overlays the sources and holds the effective value of each setting. SmallRye picks the source.
 * Its expressions are off, since a password may contain a dollar sign and braces.
 */
final class SettingsValues {
  private static final String DEFAULT = "default";
  private static final int ORDINAL_HIGHEST = 400;

  /** The sources by SmallRye ordinal, highest priority first. */
  private final Map<Integer, Map<String, SourcedValue>> layers = new LinkedHashMap<>();

  private final Map<String, ExecKeys> commands = new TreeMap<>();
  private final Map<String, SettingKey<String>> clientProperties = new TreeMap<>();
  private final Map<String, SettingKey<List<String>>> externalKeys = new TreeMap<>();
  private final List<SettingKey<?>> keys = new ArrayList<>(SettingKeys.all());
  private final SmallRyeConfig config;

  /**
   * @param sources from the highest priority to the lowest; they contain known keys only
   */
  SettingsValues(List<Map<String, SourcedValue>> sources) {
    for (Map<String, SourcedValue> source : sources) {
      layers.put(ORDINAL_HIGHEST - layers.size(), source);
      for (String key : source.keySet()) {
        ExecKeys.name(key).ifPresent(name -> commands.computeIfAbsent(name, ExecKeys::new));
        KafkaClientKeys.find(key).ifPresent(found -> clientProperties.put(key, found));
        ExternalKeys.find(key).ifPresent(found -> externalKeys.put(key, found));
      }
    }
    commands.values().forEach(command -> keys.addAll(command.all()));
    keys.addAll(clientProperties.values());
    keys.addAll(externalKeys.values());
    Map<String, SourcedValue> defaults = new LinkedHashMap<>();
    keys.forEach(key -> defaults.put(key.name(), SourcedValue.text(key.defaultValue(), DEFAULT)));
    layers.put(ORDINAL_HIGHEST - layers.size(), defaults);
    config = overlaid(layers);
  }

  private static SmallRyeConfig overlaid(Map<Integer, Map<String, SourcedValue>> layers) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
    layers.forEach(
        (ordinal, layer) -> {
          Map<String, String> properties = new LinkedHashMap<>();
          layer.forEach((key, sourced) -> properties.put(key, sourced.value()));
          builder.withSources(new PropertiesConfigSource(properties, "settings", ordinal));
        });
    return builder.build();
  }

  /** Returns the keys of the named commands, by name. */
  Map<String, ExecKeys> commands() {
    return commands;
  }

  /** Returns the keys of the properties of Kafka's clients. */
  Collection<SettingKey<String>> clientProperties() {
    return clientProperties.values();
  }

  /** Returns the keys of the programs that sign for agents. */
  Collection<SettingKey<List<String>>> externalKeys() {
    return externalKeys.values();
  }

  /** Returns the effective value, from the source with the highest priority. */
  SourcedValue effective(SettingKey<?> key) {
    int ordinal = config.getConfigValue(key.name()).getConfigSourceOrdinal();
    Map<String, SourcedValue> layer = Objects.requireNonNull(layers.get(ordinal), key.name());
    return Objects.requireNonNull(layer.get(key.name()), key.name());
  }

  /** Returns the parsed effective value, or empty if its text is invalid. */
  <T> Optional<T> read(SettingKey<T> key) {
    return key.type().read(effective(key).value());
  }

  /**
   * Returns the parsed effective value of a setting that was validated before.
   *
   * @throws IllegalStateException if its text is invalid
   */
  <T> T get(SettingKey<T> key) {
    return read(key).orElseThrow(() -> new IllegalStateException(key.name() + " was not checked"));
  }

  /** Returns one problem for each effective value that has the wrong type or is out of bounds. */
  List<SettingsProblem> problems() {
    List<SettingsProblem> problems = new ArrayList<>();
    for (SettingKey<?> key : keys) {
      if (read(key).isEmpty()) {
        SourcedValue sourced = effective(key);
        problems.add(SettingsProblem.badValue(key, sourced.value(), sourced.where()));
      }
    }
    return problems;
  }

  List<ResolvedSetting> resolved() {
    List<ResolvedSetting> resolved = new ArrayList<>();
    for (SettingKey<?> key : keys) {
      SourcedValue sourced = effective(key);
      resolved.add(
          new ResolvedSetting(
              key.name(), key.display(sourced.value()), sourced.source(), key.secret()));
    }
    return resolved;
  }
}
