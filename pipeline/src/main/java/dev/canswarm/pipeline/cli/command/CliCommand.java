package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.LogLevel;
import dev.canswarm.config.SettingsException;
import dev.canswarm.pipeline.kafka.OauthAllowed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * Base of the commands; an instance serves one run. Its fields and methods name only light types,
 * because building the command line loads them.
 */
public abstract class CliCommand implements Callable<Integer> {
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 1001,
      description = "Shows this help.")
  private boolean help;

  @Option(
      names = "--json",
      order = 1000,
      description = "Every line of standard output is one JSON object, the last of type summary.")
  private boolean json;

  private final CommandContext context;
  private final SettingsOptions settingsOptions = new SettingsOptions();

  protected CliCommand(CommandContext context) {
    this.context = context;
  }

  /** Returns the names of the settings that this command's help lists. */
  protected List<String> settingsShown() {
    return List.of("data");
  }

  /**
   * Runs the command.
   *
   * @return one of {@link ExitCode} @throws Exception any that {@link Failures} can describe in one
   *     line
   */
  protected abstract int run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    if (json) {
      context.console().useJson();
    }
    return run();
  }

  /** Returns the context of the process. */
  public final CommandContext context() {
    return context;
  }

  /** Returns the console for results. */
  public final Console console() {
    return context.console();
  }

  /** Returns the options that set settings. */
  public final SettingsOptions settingsOptions() {
    return settingsOptions;
  }

  /**
   * Loads the settings and configures logging from them.
   *
   * @throws SettingsException with every problem
   */
  public final LoadedSettings loadSettings() throws SettingsException {
    return loadSettings(Map.of(), Optional.empty());
  }

  /**
   * Loads the settings, configures logging from them, and allows Kafka's clients the addresses that
   * they name.
   *
   * @param found values with precedence over environment and file, but not over options
   * @param logLevel the default log level
   * @throws SettingsException with every problem
   */
  public final LoadedSettings loadSettings(Map<String, String> found, Optional<LogLevel> logLevel)
      throws SettingsException {
    LoadedSettings loaded = settingsOptions.load(context, found);
    LogLevel level = loaded.settings().logLevel();
    LogSetup.apply(settingsOptions.given("log.level") ? level : logLevel.orElse(level));
    LogSetup.apply(loaded.settings().logFormat());
    OauthAllowed.add(loaded.settings().kafka().client());
    return loaded;
  }
}
