package dev.canswarm.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One setting: its name, type, default and description.
 *
 * @param name dotted and lower case, such as {@code kafka.in-flight-max}; a unit comes last
 * @param defaultValue the default as text
 * @param description one line for {@code docs/CONFIGURATION.md}
 * @param secret whether the value is masked wherever it is shown
 */
public record SettingKey<T>(
    String name, SettingType<T> type, String defaultValue, String description, boolean secret) {
  /** The text that replaces a password in output. */
  public static final String MASK = "***";

  private static final String OWN_PREFIX = "swarm.";
  private static final String URL_SUFFIX = "url";
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>[a-z]+://)(?<login>(?<user>[^:@]*)(?<password>:.*)?@)?(?<server>[^@?]*)(?<query>[?].*)?");

  static <T> SettingKey<T> setting(
      String name, SettingType<T> type, String defaultValue, String description) {
    return new SettingKey<>(name, type, defaultValue, description, false);
  }

  static <T> SettingKey<T> secret(
      String name, SettingType<T> type, String defaultValue, String description) {
    return new SettingKey<>(name, type, defaultValue, description, true);
  }

  /**
   * Returns the name of the environment variable: {@code SWARM_KAFKA_IN_FLIGHT_MAX} for {@code
   * kafka.in-flight-max}.
   */
  public String environmentName() {
    // The prefix says "swarm" already, so swarm.id becomes SWARM_ID.
    String bare = name.startsWith(OWN_PREFIX) ? name.substring(OWN_PREFIX.length()) : name;
    return SettingKeys.ENVIRONMENT_PREFIX
        + bare.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Returns the command-line option: {@code --kafka-port} for {@code kafka.port}. */
  public String flagName() {
    return "--" + name.replace('.', '-');
  }

  /** Returns the name of the setting that names a file with this one's value, if it is a secret. */
  public String fileName() {
    return name + SecretFiles.SUFFIX;
  }

  /** Returns the command-line option of {@link #fileName}. */
  public String fileFlagName() {
    return flagName() + SecretFiles.SUFFIX;
  }

  /** Whether the value is a URL; any other secret may look like one, and is never shown. */
  private boolean isUrl() {
    return name.endsWith(URL_SUFFIX);
  }

  /** Whether the value contains a password, even if it is otherwise wrong. */
  boolean holdsPassword(String value) {
    if (!secret || value.isEmpty()) {
      return false;
    }
    int at = value.lastIndexOf('@');
    int scheme = value.indexOf("://");
    if (scheme < 0 || !isUrl()) {
      return true;
    }
    if (at < 0) {
      return false;
    }
    String login = value.substring(scheme + "://".length(), at);
    int colon = login.indexOf(':');
    return colon < login.length() - 1 && (colon >= 0 || value.startsWith("redis"));
  }

  /**
   * Returns a valid value in a form that may be shown: with the user name, and with the password
   * masked.
   */
  String display(String value) {
    if (!secret || value.isEmpty()) {
      return value;
    }
    var url = URL.matcher(value);
    if (!isUrl() || !url.matches()) {
      return MASK;
    }
    // Without a colon, Redis takes everything before the @ for the password.
    String login = url.group("password") == null ? "" : url.group("user") + ":";
    return url.group("scheme")
        + (url.group("login") == null ? "" : login + MASK + "@")
        + url.group("server")
        + (url.group("query") == null ? "" : "?" + MASK);
  }
}
