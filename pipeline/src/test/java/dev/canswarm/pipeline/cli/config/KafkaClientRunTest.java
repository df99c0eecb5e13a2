package dev.canswarm.pipeline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.RedisUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClientRunTest {
  private static final KafkaEndpoint LOGIN =
      new KafkaEndpoint(
          "broker.example:9093,other.example:9094",
          Map.of("sasl.jaas.config", new Secret("login of the pipeline")));

  private final Path home;

  KafkaClientRunTest(@TempDir Path home) {
    this.home = home;
  }

  private Invocation print(OptionalInt saslPort, String... args) throws Exception {
    try (DataDirectory data = DataDirectory.open(home.resolve(".swarm"))) {
      new StackFile(
              new StackFile.Writer(1, Optional.empty()),
              "swarm",
              new StackFile.Kafka("broker.example:9092", LOGIN, saslPort),
              "postgresql://p@127.0.0.1:2/p",
              "redis://127.0.0.1:3",
              true,
              8)
          .write(data.root());
      passwords(data.root().resolve("secrets"));
      return Invocation.of(home, args);
    }
  }

  private static void passwords(Path secrets) throws IOException {
    Files.createDirectories(secrets);
    for (PostgresRole role : PostgresRole.values()) {
      Files.writeString(secrets.resolve("postgres-" + role.user().replace('_', '-')), "p");
    }
    for (RedisUser user : RedisUser.values()) {
      Files.writeString(secrets.resolve("redis-" + user.user()), "r");
    }
    for (KafkaUser user : KafkaUser.values()) {
      Files.writeString(secrets.resolve("kafka-" + user.user()), "k-" + user.user());
    }
  }

  @Test
  void printsThePipelinesLoginAsTheStackUsesIt() throws Exception {
    Invocation printed = print(OptionalInt.empty(), "config", "kafka-client");
    assertThat(printed.exit()).isZero();
    assertThat(printed.out().lines())
        .contains(
            "bootstrap.servers=broker.example:9093,other.example:9094",
            "sasl.jaas.config=login of the pipeline");
  }

  @Test
  void printsTheAgentsLoginForTheSaslPortOfTheEmbeddedBroker() throws Exception {
    Invocation printed = print(OptionalInt.of(4711), "config", "kafka-client", "--as", "agent");
    assertThat(printed.exit()).isZero();
    assertThat(printed.out())
        .contains("bootstrap.servers=127.0.0.1:4711")
        .contains("username=\"agent\" password=\"k-agent\"");
  }

  /** A broker of the user's own with SASL is not an embedded one, although clients log in to it. */
  @Test
  void refusesAnAgentsLoginForAnExternalBroker() throws Exception {
    Invocation printed = print(OptionalInt.empty(), "config", "kafka-client", "--as", "agent");
    assertThat(printed.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(printed.err()).contains("no stack with an embedded broker is running on");
    assertThat(printed.out()).doesNotContain("password");
  }
}
