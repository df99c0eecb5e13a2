package dev.canswarm.pipeline.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.SettingsLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contradictions between the settings of the servers. */
class ServerRulesTest {
  private static final String BROKERS = "kafka.bootstrap";

  /** Settings as a running stack gives them, from where a password may come too. */
  private static List<String> problems(Map<String, String> settings) throws Exception {
    return ServerRules.problems(
        SettingsLoader.load(Map.of(), settings, Map.of(), Optional.empty(), Path.of("/")));
  }

  private static Map<String, String> and(Map<String, String> settings, String key, String value) {
    TreeMap<String, String> more = new TreeMap<>(settings);
    more.put(key, value);
    return more;
  }

  @Test
  void theDefaultsContradictNothing() throws Exception {
    assertThat(problems(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "postgres.password,secret,postgres.url,postgresql://u@db:5432/d",
    "redis.password,secret,redis.url,redis://cache:6379/0",
    "postgres.owner-url,postgresql://o@db:5432/d,postgres.url,postgresql://u@db:5432/d",
    "kafka.client.security.protocol,SASL_SSL,kafka.bootstrap,broker:9092",
    "kafka.client.ssl.truststore.location,/ca.jks,kafka.bootstrap,broker:9092",
  })
  void aLoginNeedsTheAddressThatItIsFor(String given, String value, String address, String url)
      throws Exception {
    Map<String, String> settings = Map.of(given, value);
    assertThat(problems(settings))
        .containsExactly(
            "%s: expected %s too, got none; the embedded server has a login of its own"
                .formatted(given, address));
    assertThat(problems(and(settings, address, url))).isEmpty();
  }

  @Test
  void anOwnersPasswordNeedsTheOwnersAddress() throws Exception {
    Map<String, String> settings =
        Map.of("postgres.url", "postgresql://u@db:5432/d", "postgres.owner-password", "secret");
    assertThat(problems(settings)).singleElement().asString().contains("postgres.owner-url too");
    assertThat(problems(and(settings, "postgres.owner-url", "postgresql://o@db:5432/d"))).isEmpty();
  }

  @Test
  void otherPropertiesOfClientsAreForTheEmbeddedBrokerToo() throws Exception {
    assertThat(problems(Map.of("kafka.client.linger.ms", "5"))).isEmpty();
  }

  @Test
  void theEmbeddedBrokerKeepsOneCopy() throws Exception {
    Map<String, String> three = Map.of("kafka.replication", "3", "kafka.min-insync", "2");
    assertThat(problems(three))
        .containsExactly(
            "kafka.replication: expected 1 with the embedded broker, which is alone, got 3; name"
                + " brokers in kafka.bootstrap");
    assertThat(problems(and(three, BROKERS, "a:9092,b:9092,c:9092"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.sasl-port,19092,kafka.port",
    "postgres.port,19092,kafka.port",
    "redis.port,15432,postgres.port",
    "http.port,16379,redis.port",
    // That port of Kafka's for logins is the one after it.
    "postgres.port,19093,kafka.sasl-port",
  })
  void twoServersNeedTwoPorts(String port, String number, String other) throws Exception {
    assertThat(problems(Map.of(port, number)))
        .containsExactly(
            "%s: expected another port than %s, which is %s, got %s"
                .formatted(port, other, number, number));
  }

  @Test
  void freePortsAndPortsOfServersElsewhereDoNotMeet() throws Exception {
    Map<String, String> free =
        Map.of(
            "kafka.port", "0",
            "kafka.sasl-port", "0",
            "postgres.port", "0",
            "redis.port", "0",
            "http.port", "0");
    assertThat(problems(free)).isEmpty();
    assertThat(problems(Map.of("postgres.port", "19092", BROKERS, "broker:9092"))).isEmpty();
    assertThat(problems(Map.of("kafka.port", "19080"))).as("HTTP gives way").isEmpty();
  }
}
