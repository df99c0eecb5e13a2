package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerConfigTest {
  private static final Ports PORTS = new Ports(19_092, 19_093, 19_094, 15_432, 16_379);

  @TempDir private Path temp;
  private Map<String, Object> config = Map.of();

  @BeforeEach
  void configure() throws Exception {
    try (DataDirectory directory = DataDirectory.open(temp.resolve("data"))) {
      config =
          BrokerConfig.of(
              temp.resolve("logs"),
              PORTS,
              StackSettings.defaults().withMessageBytesMax(123_456),
              StackSecrets.ensure(directory));
    }
  }

  private String text(String key) {
    return String.valueOf(config.get(key));
  }

  @Test
  void kafkaAcceptsTheWholeConfiguration() {
    KafkaConfig read = new KafkaConfig(config);
    assertThat(read.nodeId()).isEqualTo(BrokerConfig.NODE_ID);
    assertThat(read.messageMaxBytes()).isEqualTo(123_456);
  }

  @Test
  void everyListenerIsOnTheLoopbackAtItsOwnPort() {
    assertThat(text("listeners").split(","))
        .containsExactly(
            "OPEN://127.0.0.1:19092", "SASL://127.0.0.1:19093", "CONTROLLER://127.0.0.1:19094");
    assertThat(text("advertised.listeners").split(","))
        .as("clients do not use the controller")
        .containsExactly("OPEN://127.0.0.1:19092", "SASL://127.0.0.1:19093");
    assertThat(text("controller.quorum.voters")).isEqualTo("1@127.0.0.1:19094");
  }

  @Test
  void onlyTheBrokerItselfLogsInAtTheController() {
    String clients = text("listener.name.sasl.plain.sasl.jaas.config");
    String controller = text("listener.name.controller.plain.sasl.jaas.config");
    assertThat(Arrays.stream(KafkaUser.values()).map(user -> " user_" + user.user() + "="))
        .allSatisfy(login -> assertThat(clients).contains(login));
    assertThat(controller)
        .contains(" user_broker=")
        .doesNotContain(" user_pipeline=", " user_agent=");
  }

  @Test
  void whoeverHasNoRightIsRefusedAndAgentsAreNotSuperUsers() {
    assertThat(text("allow.everyone.if.no.acl.found")).isEqualTo("false");
    assertThat(text("super.users").split(";"))
        .containsExactlyInAnyOrder("User:broker", "User:pipeline");
    assertThat(text("auto.create.topics.enable")).isEqualTo("false");
  }
}
