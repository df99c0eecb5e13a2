package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaClientKeysTest {
  @Test
  void anyPropertyOfAClientIsASetting() {
    assertThat(KafkaClientKeys.find("kafka.client.ssl.protocol"))
        .hasValueSatisfying(
            key -> assertThat(KafkaClientKeys.property(key)).isEqualTo("ssl.protocol"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.client.acks",
        "kafka.client.group.instance.id",
        "kafka.client.",
        "kafka.client.Upper",
        "kafka.client.two..dots",
        "kafka.port"
      })
  void aReservedOrInvalidPropertyIsNotFound(String name) {
    assertThat(KafkaClientKeys.find(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "ssl.keystore.password",
        "ssl.keystore.key",
        "sasl.oauth.token"
      })
  void secretsAreMasked(String property) {
    assertThat(KafkaClientKeys.find("kafka.client." + property))
        .hasValueSatisfying(key -> assertThat(key.secret()).isTrue());
    assertThat(KafkaClientKeys.find("kafka.client.sasl.mechanism"))
        .hasValueSatisfying(key -> assertThat(key.secret()).isFalse());
  }

  @Test
  void anEnvironmentVariableSpellsDotsAsUnderscores() {
    assertThat(KafkaClientKeys.keyOfVariable("SWARM_KAFKA_CLIENT_SSL_PROTOCOL"))
        .hasValue("kafka.client.ssl.protocol");
    assertThat(KafkaClientKeys.keyOfVariable("SWARM_KAFKA_CLIENT_ACKS")).isEmpty();
    assertThat(KafkaClientKeys.keyOfVariable("SWARM_KAFKA_PORT")).isEmpty();
  }
}
