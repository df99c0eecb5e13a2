package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.command.DataPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Finds settings of the servers that contradict each other or can have no effect: a login without
 * an address, a port that two servers would need. Pure.
 */
public final class ServerRules {
  /** Properties of Kafka's clients that secure a link to a broker elsewhere. */
  private static final Pattern SECURING = Pattern.compile("(security|sasl|ssl)\\..*");

  private final LoadedSettings loaded;
  private final SwarmSettings settings;
  private final List<String> problems = new ArrayList<>();

  private ServerRules(LoadedSettings loaded) {
    this.loaded = loaded;
    this.settings = loaded.settings();
  }

  /** Returns a line for each contradiction, which names the settings. */
  public static List<String> problems(LoadedSettings loaded) {
    ServerRules rules = new ServerRules(loaded);
    rules.logins();
    rules.copies();
    rules.ports();
    return rules.problems;
  }

  private void logins() {
    if (settings.postgres().embedded()) {
      needs("postgres.password", "postgres.url");
      needs("postgres.owner-url", "postgres.url");
    }
    if (settings.postgres().owner().isEmpty()) {
      needs("postgres.owner-password", "postgres.owner-url");
    }
    if (settings.redis().embedded()) {
      needs("redis.password", "redis.url");
    }
    if (settings.kafka().embedded()) {
      settings.kafka().client().keySet().stream()
          .filter(property -> SECURING.matcher(property).matches())
          .sorted()
          .forEach(property -> needs("kafka.client." + property, "kafka.bootstrap"));
    }
  }

  private void needs(String given, String address) {
    boolean isSet =
        loaded.values().stream()
            .anyMatch(value -> value.key().equals(given) && !value.value().isEmpty());
    if (isSet) {
      problems.add(
          "%s: expected %s too, got none; the embedded server has a login of its own"
              .formatted(given, address));
    }
  }

  private void copies() {
    int replication = settings.kafka().replication();
    if (settings.kafka().embedded() && replication > 1) {
      problems.add(
          "kafka.replication: expected 1 with the embedded broker, which is alone, got %d; name"
                  .formatted(replication)
              + " brokers in kafka.bootstrap");
    }
  }

  private void ports() {
    Map<Integer, String> taken = new TreeMap<>();
    if (settings.kafka().embedded()) {
      take(taken, "kafka.port", settings.kafka().port());
      take(taken, "kafka.sasl-port", settings.kafka().saslPort());
    }
    if (settings.postgres().embedded()) {
      take(taken, "postgres.port", settings.postgres().port());
    }
    if (settings.redis().embedded()) {
      take(taken, "redis.port", settings.redis().port());
    }
    // A port of HTTP that is not asked for gives way to a free one.
    if (settings.http().enabled() && DataPaths.isGiven(loaded, "http.port")) {
      take(taken, "http.port", settings.http().port());
    }
  }

  private void take(Map<Integer, String> taken, String name, int port) {
    if (port == 0) {
      return;
    }
    String other = taken.putIfAbsent(port, name);
    if (other != null) {
      problems.add(
          "%s: expected another port than %s, which is %d, got %d"
              .formatted(name, other, port, port));
    }
  }
}
