package dev.canswarm.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of one named command, {@code tasks.exec.<name>.…}.
 *
 * <p>In an environment variable the name is in upper case with underscores for dashes, so a name
 * that ends in {@code -check} cannot be told from a check command there; name it in the file.
 */
public final class ExecKeys {
  /** The prefix of all of them. */
  public static final String PREFIX = "tasks.exec.";

  /** Characters of a command's name. */
  public static final int NAME_CHARS_MAX = 64;

  /** Commands that one process knows. */
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
            "What a task of type exec runs that names this command: a list, or text split at white space. No shell.");
    timeout =
        SettingKey.setting(
            prefix + "timeout-ms",
            SettingTypes.whole(1, 600_000),
            "10000",
            "Time that one run may take.");
    outputBytesMax =
        SettingKey.setting(
            prefix + "output-bytes-max",
            SettingTypes.integer(1, 1 << 26),
            "1048576",
            "Bytes that one run may write to its standard output.");
    verify =
        SettingKey.setting(
            prefix + "verify",
            SettingTypes.choice(VerifyMode.class),
            "rederive",
            "How a result is verified: run again and compare bytes, or ask the check command.");
    checkCommand =
        SettingKey.setting(
            prefix + "check-command",
            SettingTypes.command(),
            "",
            "The command that checks a result, where verify is check.");
  }

  /** All five. */
  public List<SettingKey<?>> all() {
    return List.of(command, timeout, outputBytesMax, verify, checkCommand);
  }

  /** The command's name in a key that is one of these settings, or empty. */
  static Optional<String> name(String key) {
    Matcher match = KEY.matcher(key);
    return match.matches() && validName(match.group(1))
        ? Optional.of(match.group(1))
            .filter(name -> new ExecKeys(name).all().stream().anyMatch(k -> k.name().equals(key)))
        : Optional.empty();
  }

  /** The setting that an environment variable stands for, or empty. */
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
