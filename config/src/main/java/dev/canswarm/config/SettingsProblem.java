package dev.canswarm.config;

/**
 * One thing that is wrong with the settings.
 *
 * @param key the setting as it was named where it stood; the file's path for {@link Kind#BAD_FILE}
 * @param expected what would have been right; for {@link Kind#UNKNOWN_KEY} the nearest known name
 * @param actual what was found; masked where the setting is a secret
 * @param source where it stood, such as {@code environment SWARM_KAFKA_PORT} or {@code file
 *     /etc/swarm.yaml, line 4}
 */
public record SettingsProblem(
    Kind kind, String key, String expected, String actual, String source) {
  /** Characters of an actual value that a message shows. */
  static final int ACTUAL_CHARS_MAX = 120;

  /** What sort of problem it is. */
  public enum Kind {
    /** No setting has this name. */
    UNKNOWN_KEY,
    /** Not of the setting's type, or out of its bounds. */
    BAD_VALUE,
    /** Each value is right by itself, but not with another one. */
    CONFLICT,
    /** The file cannot be read, or is not YAML of the expected shape. */
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
          key + ": no such setting; the nearest is " + expected + " (" + source + ")";
      case BAD_VALUE, CONFLICT ->
          key + ": expected " + expected + ", got " + actual + " (" + source + ")";
      case BAD_FILE -> "expected " + expected + ", got " + actual + " (" + source + ")";
    };
  }
}
