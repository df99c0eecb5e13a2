package dev.canswarm.pipeline.cli.config;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.ResolvedSetting;
import dev.canswarm.config.SettingKey;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.embedded.KafkaRights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm config}. */
@Command(
    name = "config",
    header = "Prints every setting, its value and its source.",
    description = {
      "With kafka-client, it prints the properties with which a Kafka client reaches the running",
      "stack, secrets included: as the pipeline, or as an agent, which may write the verbs' topics",
      "and administer nothing. With kafka-rights, it stores in Kafka what programs without a login",
      "and agents may do there; the embedded broker has that already.",
      "A setting comes from an option, else from the environment (SWARM_KAFKA_PORT), else from",
      "--config FILE or ./swarm.yaml, else it has its default. Every option below is one of every",
      "command that uses settings.%n"
    })
public final class ConfigCommand extends CliCommand {
  /** Width of the value column; a longer value moves only its own source to the right. */
  private static final int VALUE_COLUMNS_MAX = 24;

  private static final String KAFKA_CLIENT = "kafka-client";
  private static final String KAFKA_RIGHTS = "kafka-rights";

  /** The login to print. */
  enum Login {
    PIPELINE,
    AGENT
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "kafka-client|kafka-rights",
      description = "Prints the properties of Kafka's clients, or stores rights in Kafka, instead.")
  private @Nullable String part;

  @Option(
      names = "--as",
      paramLabel = "pipeline|agent",
      description = "Whose login kafka-client prints. Default: pipeline.")
  private Login login = Login.PIPELINE;

  public ConfigCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return SettingKeys.all().stream().map(SettingKey::name).toList();
  }

  @Override
  protected int run() throws Exception {
    if (KAFKA_CLIENT.equals(part)) {
      return KafkaClientRun.run(this, login);
    }
    if (KAFKA_RIGHTS.equals(part)) {
      return storeRights();
    }
    if (part != null) {
      throw new CommandException(
          ExitCode.USAGE,
          "expected " + KAFKA_CLIENT + ", " + KAFKA_RIGHTS + " or nothing, got " + part);
    }
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

  private int storeRights() throws Exception {
    KafkaEndpoint kafka = DataAccess.of(this).kafka();
    try {
      KafkaRights.store(kafka);
    } catch (ExecutionException e) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "Kafka at "
              + kafka.bootstrap()
              + " did not take them: "
              + e.getCause()
              + "; pass a login that may alter the cluster, by kafka.client settings",
          e);
    }
    console().result("stored the rights at " + kafka.bootstrap());
    console().summary(ExitCode.OK, Map.of("bootstrap", kafka.bootstrap()));
    return ExitCode.OK;
  }

  private static int columns(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(1);
  }
}
