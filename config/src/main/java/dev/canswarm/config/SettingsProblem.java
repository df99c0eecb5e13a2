package dev.canswarm.config;

/**
 * One problem with the settings.
 *
 * @param key the name as the source spells it; the file's path for {@link Kind#BAD_FILE}
 * @param expected describes valid values; for {@link Kind#UNKNOWN_KEY} the nearest known name
 * @param actual the value that was found; masked if the setting is a secret
 * @param source the place, such as {@code environment SWARM_KAFKA_PORT} or {@code file
 *     /etc/swarm.yaml, line 4}
 */
public record SettingsProblem(
    Kind kind, String key, String expected, String actual, String source) {
  /** The longest value that a message quotes, in characters. */
  static final int ACTUAL_CHARS_MAX = 120;

  /** The category of a problem. */
  public enum Kind {
    /** The source names a setting that does not exist. */
    UNKNOWN_KEY,
    /** A value has the wrong type or is out of bounds. */
    BAD_VALUE,
    /** A value is valid alone but contradicts another one. */
    CONFLICT,
    /** The file cannot be read or has an unexpected structure. */
    BAD_FILE
  }

  static SettingsProblem unknown(String key, String nearest, String source) {
    return new SettingsProblem(Kind.UNKNOWN_KEY, key, nearest, key, source);
  }

  static SettingsProblem badValue(SettingKey<?> key, String actual, String source) {
    String shown = key.secret() ? SettingKey.MASK : shorten(actual);
    return new SettingsProblem(
        Kind.BAD_VALUE, key.name(), key.type().expected(), '"' + shown + '"', source);
  }

  static SettingsProblem passwordInFlag(SettingKey<?> key) {
    return new SettingsProblem(
        Kind.BAD_VALUE,
        key.name(),
        "no password on the command line, where every user of this machine can see it: put it into"
            + " a file and name that by "
            + key.environmentName()
            + SecretFiles.VARIABLE_SUFFIX
            + " or "
            + key.flagName()
            + SecretFiles.SUFFIX,
        SettingKey.MASK,
        "flag");
  }

  static SettingsProblem badFile(String file, String expected, String actual, String source) {
    return new SettingsProblem(Kind.BAD_FILE, file, expected, shorten(actual), source);
  }

  private static String shorten(String text) {
    return text.length() <= ACTUAL_CHARS_MAX ? text : text.substring(0, ACTUAL_CHARS_MAX) + "…";
  }

  @Override
  public String toString() {
    return switch (kind) {
      case UNKNOWN_KEY ->
          key + ": unknown setting; did you mean " + expected + "? (" + source + ")";
      case BAD_VALUE, CONFLICT ->
          key + ": expected " + expected + ", got " + actual + " (" + source + ")";
      case BAD_FILE -> "expected " + expected + ", got " + actual + " (" + source + ")";
    };
  }
}
