package dev.canswarm.config;

import java.util.HashMap;
import java.util.Map;

/**
 * Where Kafka is, and how to log in there.
 *
 * @param bootstrap {@code host:port,…}
 * @param client further properties of clients, such as those of TLS and SASL
 */
public record KafkaEndpoint(String bootstrap, Map<String, Secret> client) {
  public KafkaEndpoint {
    client = Map.copyOf(client);
  }

  /** Returns the access to servers that ask for no login. */
  public static KafkaEndpoint open(String bootstrap) {
    return new KafkaEndpoint(bootstrap, Map.of());
  }

  /** Returns the further properties in clear text. */
  public Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    client.forEach((name, value) -> properties.put(name, value.reveal()));
    return properties;
  }

  /** Returns the addresses without the properties, which may contain a password. */
  @Override
  public String toString() {
    return bootstrap;
  }
}
