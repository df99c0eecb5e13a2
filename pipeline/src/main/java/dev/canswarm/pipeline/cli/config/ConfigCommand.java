package dev.canswarm.pipeline.cli.config;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.ResolvedSetting;
import dev.canswarm.config.SettingKey;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code ./swarm config}. */
@Command(
    name = "config",
    header = "Prints every setting, its value and its source.",
    description = {
      "A setting comes from an option, else from the environment (SWARM_KAFKA_PORT), else from",
      "--config FILE or ./swarm.yaml, else it has its default. Every option below is one of every",
      "command that uses settings.%n"
    })
public final class ConfigCommand extends CliCommand {
  /** A longer value moves its own source to the right, instead of the whole column. */
  private static final int VALUE_COLUMNS_MAX = 24;

  public ConfigCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return SettingKeys.all().stream().map(SettingKey::name).toList();
  }

  @Override
  protected int run() throws Exception {
    LoadedSettings loaded = loadSettings();
    int nameColumns = columns(loaded.values().stream().map(ResolvedSetting::key).toList());
    int valueColumns =
        Math.min(
            VALUE_COLUMNS_MAX,
            columns(loaded.values().stream().map(ResolvedSetting::value).toList()));
    String format = "%-" + nameColumns + "s  %-" + valueColumns + "s  %s";
    for (ResolvedSetting value : loaded.values()) {
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
