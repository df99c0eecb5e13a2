package dev.canswarm.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One setting: its name, what it may hold and what it means.
 *
 * @param name dotted, lower case, such as {@code kafka.in-flight-max}; the unit comes last
 * @param defaultValue as text
 * @param description one line for people
 * @param secret whether its value is masked wherever it is shown
 */
public record SettingKey<T>(
    String name, SettingType<T> type, String defaultValue, String description, boolean secret) {
  /** What stands in the place of a secret. */
  public static final String MASK = "***";

  private static final String OWN_PREFIX = "swarm.";
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

  /** Its environment variable: {@code kafka.in-flight-max} is SWARM_KAFKA_IN_FLIGHT_MAX. */
  public String environmentName() {
    // swarm.id is SWARM_ID: the prefix says swarm already.
    String bare = name.startsWith(OWN_PREFIX) ? name.substring(OWN_PREFIX.length()) : name;
    return SettingKeys.ENVIRONMENT_PREFIX
        + bare.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Its command-line option: {@code kafka.port} is {@code --kafka-port}. */
  public String flagName() {
    return "--" + name.replace('.', '-');
  }

  /** A valid value as it may be shown: who logs in stays, the password is masked. */
  String display(String value) {
    if (!secret || value.isEmpty()) {
      return value;
    }
    var url = URL.matcher(value);
    if (!url.matches()) {
      return MASK;
    }
    // Redis takes what stands before the @ for a password where there is no colon.
    String login = url.group("password") == null ? "" : url.group("user") + ":";
    return url.group("scheme")
        + (url.group("login") == null ? "" : login + MASK + "@")
        + url.group("server")
        + (url.group("query") == null ? "" : "?" + MASK);
  }
}
