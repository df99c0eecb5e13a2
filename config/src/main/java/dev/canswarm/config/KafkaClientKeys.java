package dev.canswarm.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings {@code kafka.client.<property>}: properties of Kafka's clients, which are passed on
 * as they are. An environment variable spells dots as underscores: {@code
 * SWARM_KAFKA_CLIENT_SECURITY_PROTOCOL}.
 */
public final class KafkaClientKeys {
  /** The prefix of all of them. */
  public static final String PREFIX = "kafka.client.";

  private static final int NAME_CHARS_MAX = 128;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(\\.[a-z0-9]+)*");
  private static final Pattern VARIABLE =
      Pattern.compile("SWARM_KAFKA_CLIENT_([A-Z0-9]+(?:_[A-Z0-9]+)*)");

  /** Properties whose values must not be shown. */
  private static final Pattern SECRET =
      Pattern.compile(".*(password|jaas|secret|token|credential|assertion|certificate).*|.*\\.key");

  /** Properties on which the program's guarantees depend. It sets them itself. */
  private static final Set<String> FIXED =
      Set.of(
          "acks",
          "allow.auto.create.topics",
          "auto.offset.reset",
          "bootstrap.servers",
          "enable.auto.commit",
          "enable.idempotence",
          "group.id",
          "group.instance.id",
          "group.protocol",
          "key.deserializer",
          "key.serializer",
          "max.in.flight.requests.per.connection",
          "max.poll.records",
          "partition.assignment.strategy",
          "partitioner.class",
          "retries",
          "session.timeout.ms",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  private KafkaClientKeys() {}

  /** Returns the setting with that name, or empty if it is none of these, or fixed. */
  static Optional<SettingKey<String>> find(String name) {
    if (!name.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String property = name.substring(PREFIX.length());
    if (property.length() > NAME_CHARS_MAX
        || !NAME.matcher(property).matches()
        || FIXED.contains(property)) {
      return Optional.empty();
    }
    return Optional.of(
        new SettingKey<>(
            name,
            SettingTypes.anyText(),
            "",
            "Property " + property + " of Kafka's clients.",
            SECRET.matcher(property).matches()));
  }

  /** Returns the property that a setting sets. */
  static String property(SettingKey<?> key) {
    return key.name().substring(PREFIX.length());
  }

  /** Returns the key of the setting that an environment variable sets, or empty. */
  static Optional<String> keyOfVariable(String variable) {
    Matcher match = VARIABLE.matcher(variable);
    if (!match.matches()) {
      return Optional.empty();
    }
    String property = match.group(1);
    boolean file = property.endsWith(SecretFiles.VARIABLE_SUFFIX);
    String bare =
        file
            ? property.substring(0, property.length() - SecretFiles.VARIABLE_SUFFIX.length())
            : property;
    String key = PREFIX + bare.toLowerCase(Locale.ROOT).replace('_', '.');
    return find(key).map(found -> file ? found.fileName() : found.name());
  }
}
