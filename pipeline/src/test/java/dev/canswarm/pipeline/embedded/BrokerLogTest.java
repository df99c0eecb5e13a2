package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The broker's messages go to a file of their own while it runs. */
class BrokerLogTest {
  private final Path file;

  BrokerLogTest(@TempDir Path directory) {
    this.file = directory.resolve("broker.log");
  }

  private static void say(String logger, String message) {
    LoggerFactory.getLogger(logger).info(message);
  }

  @Test
  void whatTheServerSaysIsInTheFileAndWhatAClientSaysIsNot() throws Exception {
    AutoCloseable log = BrokerLog.to(file);
    say("kafka.server.KafkaBroker", "from the server");
    say("org.apache.kafka.raft.Something", "from raft");
    say("org.apache.kafka.clients.Something", "from a client");
    log.close();
    assertThat(Files.readString(file))
        .contains("INFO", "from the server", "from raft")
        .doesNotContain("from a client");
  }

  @Test
  void afterwardsNothingIsAddedToIt() throws Exception {
    BrokerLog.to(file).close();
    say("kafka.server.KafkaBroker", "too late");
    assertThat(Files.readString(file)).isEmpty();
  }
}
