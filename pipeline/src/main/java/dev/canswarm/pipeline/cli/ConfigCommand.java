package dev.canswarm.pipeline.cli;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.Resolved;
import dev.canswarm.config.SettingKey;
import dev.canswarm.config.SettingKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code ./swarm config}. */
@Command(
    name = "config",
    header = "Prints every setting, its value and where that came from.",
    description = {
      "A setting comes from an option, else from the environment (SWARM_KAFKA_PORT), else from",
      "--config FILE or ./swarm.yaml, else it has its default. Every option below is one of every",
      "command that uses settings.%n"
    })
final class ConfigCommand extends CliCommand {
  ConfigCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return SettingKeys.all().stream().map(SettingKey::name).toList();
  }

  @Override
  protected int run() throws Exception {
    LoadedSettings loaded = loadSettings();
    int nameColumns = columns(loaded.values().stream().map(Resolved::key).toList());
    int valueColumns = columns(loaded.values().stream().map(Resolved::value).toList());
    String format = "%-" + nameColumns + "s  %-" + valueColumns + "s  %s";
    for (Resolved value : loaded.values()) {
      String shown = value.value().isEmpty() ? "-" : value.value();
      console().result(format.formatted(value.key(), shown, value.source()));
      Map<String, String> members = new LinkedHashMap<>();
      members.put("key", value.key());
      members.put("value", value.value());
      members.put("source", value.source());
      console().object("setting", members);
    }
    console().summary(ExitCode.OK, Map.of("settings", loaded.values().size()));
    return ExitCode.OK;
  }

  private static int columns(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(1);
  }
}
