package dev.canswarm.pipeline.kafka;

import dev.canswarm.config.Secret;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;

/**
 * Allows Kafka's clients the addresses and files of OAUTHBEARER that the settings name. Kafka asks
 * for a list of them in system properties, which is empty, since the properties of a client may
 * come from others; here they come from the person who configures the process.
 */
public final class OauthAllowed {
  private static final List<String> ADDRESSES =
      List.of(
          SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
          SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);

  private static final List<String> FILES =
      List.of(
          SaslConfigs.SASL_OAUTHBEARER_ASSERTION_FILE,
          SaslConfigs.SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE,
          SaslConfigs.SASL_OAUTHBEARER_ASSERTION_TEMPLATE_FILE);

  private OauthAllowed() {}

  /**
   * Adds what some properties name to the system properties that Kafka looks at. Call it before a
   * client is made. What is allowed already stays so, also by {@code SWARM_JAVA_OPTS}.
   *
   * @param client properties of Kafka's clients
   */
  public static synchronized void add(Map<String, Secret> client) {
    for (String property : ADDRESSES) {
      Secret address = client.get(property);
      if (address != null) {
        add(BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_URLS_CONFIG, address.reveal().strip());
      }
    }
    for (String property : FILES) {
      Secret file = client.get(property);
      if (file != null) {
        add(
            BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_FILES_CONFIG,
            Path.of(file.reveal().strip()).toAbsolutePath().toString());
      }
    }
  }

  private static void add(String systemProperty, String allowed) {
    TreeSet<String> all =
        Arrays.stream(System.getProperty(systemProperty, "").split(",", -1))
            .map(String::strip)
            .filter(one -> !one.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    if (all.add(allowed)) {
      System.setProperty(systemProperty, String.join(",", all));
    }
  }
}
