package dev.canswarm.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings {@code keys.external.<agent>}: the program that signs for an agent. An environment
 * variable spells the name in upper case with underscores instead of dashes: {@code
 * SWARM_KEYS_EXTERNAL_WORKER_1}.
 */
public final class ExternalKeys {
  /** The prefix of all of them. */
  public static final String PREFIX = "keys.external.";

  /** The most agents with a program. */
  static final int AGENTS_MAX = 256;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern VARIABLE =
      Pattern.compile("SWARM_KEYS_EXTERNAL_([A-Z0-9]+(?:_[A-Z0-9]+)*)");

  private ExternalKeys() {}

  /** Returns the setting with that name, or empty if it is none of these. */
  static Optional<SettingKey<List<String>>> find(String name) {
    return name.startsWith(PREFIX) && NAME.matcher(name.substring(PREFIX.length())).matches()
        ? Optional.of(of(name.substring(PREFIX.length())))
        : Optional.empty();
  }

  /** Returns the setting of an agent. */
  static SettingKey<List<String>> of(String agent) {
    return SettingKey.setting(
        PREFIX + agent,
        SettingTypes.command(),
        "",
        "Program and arguments that sign for the agent, run without a shell: a list, or text that"
            + " is split at white space; empty uses the key file.");
  }

  /** Returns the name of the agent that a setting is about. */
  static String agent(SettingKey<?> key) {
    return key.name().substring(PREFIX.length());
  }

  /** Returns the key of the setting that an environment variable sets, or empty. */
  static Optional<String> keyOfVariable(String variable) {
    Matcher match = VARIABLE.matcher(variable);
    return match.matches()
        ? Optional.of(PREFIX + match.group(1).toLowerCase(Locale.ROOT).replace('_', '-'))
        : Optional.empty();
  }
}
