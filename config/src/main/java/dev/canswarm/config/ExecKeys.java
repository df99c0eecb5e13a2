package dev.canswarm.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of one named command, {@code tasks.exec.<name>.…}.
 *
 * <p>An environment variable spells the name in upper case with underscores instead of dashes.
 * There, a command whose name ends in {@code -check} cannot be distinguished from a check command:
 * configure it in the file.
 */
public final class ExecKeys {
  /** The prefix of all settings of named commands. */
  public static final String PREFIX = "tasks.exec.";

  /** The longest command name, in characters. */
  public static final int NAME_CHARS_MAX = 64;

  /** The most named commands that one process accepts. */
  static final int COMMANDS_MAX = 256;

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern KEY = Pattern.compile("tasks\\.exec\\.([^.]*)\\.([^.]*)");
  private static final Pattern VARIABLE =
      Pattern.compile(
          "SWARM_TASKS_EXEC_(.+?)_(CHECK_COMMAND|COMMAND|TIMEOUT_MS|OUTPUT_BYTES_MAX|VERIFY)");

  final SettingKey<List<String>> command;
  final SettingKey<Long> timeout;
  final SettingKey<Integer> outputBytesMax;
  final SettingKey<VerifyMode> verify;
  final SettingKey<List<String>> checkCommand;

  ExecKeys(String name) {
    String prefix = PREFIX + name + ".";
    command =
        SettingKey.setting(
            prefix + "command",
            SettingTypes.command(),
            "",
            "Program and arguments, run without a shell: a list, or text that is split at white"
                + " space.");
    timeout =
        SettingKey.setting(
            prefix + "timeout-ms",
            SettingTypes.whole(1, 600_000),
            "10000",
            "Longest duration of one run.");
    outputBytesMax =
        SettingKey.setting(
            prefix + "output-bytes-max",
            SettingTypes.integer(1, 1 << 26),
            "1048576",
            "Most bytes that one run may write to standard output.");
    verify =
        SettingKey.setting(
            prefix + "verify",
            SettingTypes.choice(VerifyMode.class),
            "rederive",
            "rederive: run it again and compare bytes; check: run the check command.");
    checkCommand =
        SettingKey.setting(
            prefix + "check-command",
            SettingTypes.command(),
            "",
            "Program and arguments that check a result; required when verify is check.");
  }

  /** Returns the command's five settings in the order of the documentation. */
  public List<SettingKey<?>> all() {
    return List.of(command, timeout, outputBytesMax, verify, checkCommand);
  }

  /** Returns the command's name if {@code key} is a setting of a named command, or empty. */
  static Optional<String> name(String key) {
    Matcher match = KEY.matcher(key);
    return match.matches() && validName(match.group(1))
        ? Optional.of(match.group(1))
            .filter(name -> new ExecKeys(name).all().stream().anyMatch(k -> k.name().equals(key)))
        : Optional.empty();
  }

  /** Returns the key of the setting that an environment variable sets, or empty. */
  static Optional<String> keyOfVariable(String variable) {
    Matcher match = VARIABLE.matcher(variable);
    if (!match.matches()) {
      return Optional.empty();
    }
    String name = match.group(1).toLowerCase(Locale.ROOT).replace('_', '-');
    String member = match.group(2).toLowerCase(Locale.ROOT).replace('_', '-');
    boolean faithful = variable.equals(variable.toUpperCase(Locale.ROOT));
    return faithful && validName(name)
        ? Optional.of(PREFIX + name + "." + member)
        : Optional.empty();
  }

  private static boolean validName(String name) {
    return name.length() <= NAME_CHARS_MAX && NAME.matcher(name).matches();
  }
}
