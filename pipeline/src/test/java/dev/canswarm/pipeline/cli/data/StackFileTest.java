package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.pipeline.embedded.Endpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFileTest {
  private static final StackFile STACK =
      new StackFile(
          new StackFile.Writer(7, Optional.of("127.0.0.1:8080")),
          "swarm",
          new StackFile.Kafka(
              "127.0.0.1:1",
              new KafkaEndpoint("127.0.0.1:2", Map.of("sasl.mechanism", new Secret("PLAIN"))),
              OptionalInt.of(2)),
          "postgresql://user:secret@127.0.0.1:3/db",
          "redis://127.0.0.1",
          false,
          4);

  private final Path data;

  StackFileTest(@TempDir Path data) {
    this.data = data;
  }

  @Test
  void readsBackWhatItWrote() throws Exception {
    STACK.write(data);
    assertThat(StackFile.read(data)).hasValue(STACK);
  }

  @Test
  void readsAForeignBrokerWithoutHttpServer() throws Exception {
    StackFile foreign =
        new StackFile(
            new StackFile.Writer(7, Optional.empty()),
            "swarm",
            new StackFile.Kafka("k:1", KafkaEndpoint.open("k:1"), OptionalInt.empty()),
            STACK.postgres(),
            STACK.redis(),
            true,
            4);
    foreign.write(data);
    assertThat(StackFile.read(data)).hasValue(foreign);
    assertThat(Files.readString(data.resolve(StackFile.NAME)))
        .doesNotContain("kafka_sasl_port")
        .contains("\"http\":\"\"");
  }

  @Test
  void isEmptyWithoutAFile() throws Exception {
    assertThat(StackFile.read(data)).isEmpty();
  }

  @Test
  void namesTheFileThatCannotBeUsed() throws Exception {
    Files.writeString(data.resolve(StackFile.NAME), "{\"pid\":0}");
    assertThatThrownBy(() -> StackFile.read(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(StackFile.NAME)
        .hasMessageContaining("restart the ./swarm up that runs there");
  }

  @Test
  void givesTheAddressesWithoutLogins() {
    assertThat(STACK.endpoints())
        .isEqualTo(new Endpoints("127.0.0.1:1", "127.0.0.1", 3, "127.0.0.1", 6379));
  }

  @Test
  void itsSettingsLogInAsThePipelineAndKeepOtherPasswordsAway() {
    assertThat(STACK.settings(data))
        .containsEntry("kafka.bootstrap", "127.0.0.1:2")
        .containsEntry("kafka.client.sasl.mechanism", "PLAIN")
        .containsEntry("postgres.password", "")
        .containsEntry("intake.enabled", "false")
        .doesNotContainKey("policy.file");
  }
}
