package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.SettingKey;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.config.SettingsException;
import dev.canswarm.config.SettingsLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of every command, one per setting: {@code --kafka-port} sets {@code kafka.port}. A
 * command's help hides most of them. Use once.
 */
public final class SettingsOptions {
  private final Map<String, String> flags = new TreeMap<>();
  private @Nullable Path file;

  /**
   * Adds the options to a command.
   *
   * @param shown names of settings that the command's help lists
   */
  void addTo(CommandSpec command, List<String> shown) {
    command.addOption(
        OptionSpec.builder("--config")
            .paramLabel("FILE")
            .type(Path.class)
            .description("Settings file. Default: ./swarm.yaml, if it exists.")
            .setter(setter(value -> file = (Path) value))
            .build());
    for (SettingKey<?> key : SettingKeys.all()) {
      if (command.findOption(key.flagName()) == null) {
        command.addOption(option(key, shown.contains(key.name())));
      }
      if (key.secret()) {
        command.addOption(fileOption(key, shown.contains(key.fileName())));
      }
    }
  }

  /**
   * Loads the settings with these options over everything else.
   *
   * @throws SettingsException with every problem in all of them
   */
  public LoadedSettings load(CommandContext context) throws SettingsException {
    return load(context, Map.of());
  }

  /**
   * Loads the settings.
   *
   * @param found values with precedence over environment and file, but not over these options
   * @throws SettingsException with every problem in all of them
   */
  public LoadedSettings load(CommandContext context, Map<String, String> found)
      throws SettingsException {
    return SettingsLoader.load(
        flags, found, context.environment(), Optional.ofNullable(file), context.workingDirectory());
  }

  /** Whether the setting was given as an option. */
  boolean given(String key) {
    return flags.containsKey(key);
  }

  private OptionSpec option(SettingKey<?> key, boolean shown) {
    String usual = key.defaultValue().isEmpty() ? "" : " Default: " + key.defaultValue() + ".";
    return OptionSpec.builder(key.flagName())
        .paramLabel("VALUE")
        .type(String.class)
        .description(key.description().replace("%", "%%") + usual.replace("%", "%%"))
        .hidden(!shown)
        .setter(flag(key.name()))
        .build();
  }

  private OptionSpec fileOption(SettingKey<?> key, boolean shown) {
    return OptionSpec.builder(key.fileFlagName())
        .paramLabel("FILE")
        .type(String.class)
        .description("File that contains " + key.name() + ".")
        .hidden(!shown)
        .setter(flag(key.fileName()))
        .build();
  }

  private ISetter flag(String name) {
    return setter(
        value -> {
          if (value == null) {
            flags.remove(name);
          } else {
            flags.put(name, (String) value);
          }
        });
  }

  private static ISetter setter(Consumer<@Nullable Object> effect) {
    return new ISetter() {
      @Override
      public <T> T set(T value) {
        effect.accept(value);
        return value;
      }
    };
  }
}
