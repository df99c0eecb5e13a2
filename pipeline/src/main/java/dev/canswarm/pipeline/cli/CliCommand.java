package dev.canswarm.pipeline.cli;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.LogLevel;
import dev.canswarm.config.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * What the commands have in common. A command is made for one run. Its fields and methods name only
 * light types: making the command line loads them.
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

  /** Names of the settings that this command's help lists. */
  protected List<String> settingsShown() {
    return List.of("data");
  }

  /**
   * Does it.
   *
   * @return of {@link ExitCode}
   * @throws Exception whatever {@link Failures} can say in one line
   */
  protected abstract int run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    if (json) {
      context.console().useJson();
    }
    return run();
  }

  /** What came from the process. */
  protected final CommandContext context() {
    return context;
  }

  /** Where results go. */
  protected final Console console() {
    return context.console();
  }

  /** The options that stand for settings. */
  protected final SettingsOptions settingsOptions() {
    return settingsOptions;
  }

  /**
   * Loads the settings and sets logging up as they say.
   *
   * @throws SettingsException with every problem
   */
  protected final LoadedSettings loadSettings() throws SettingsException {
    return loadSettings(Map.of(), Optional.empty());
  }

  /**
   * The same.
   *
   * @param found values that beat environment and file, but not options
   * @param logLevel to use unless one was given as an option
   * @throws SettingsException with every problem
   */
  protected final LoadedSettings loadSettings(
      Map<String, String> found, Optional<LogLevel> logLevel) throws SettingsException {
    LoadedSettings loaded = settingsOptions.load(context, found);
    LogLevel level = loaded.settings().logLevel();
    LogSetup.apply(settingsOptions.given("log.level") ? level : logLevel.orElse(level));
    return loaded;
  }
}
