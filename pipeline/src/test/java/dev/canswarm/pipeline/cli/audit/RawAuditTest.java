package dev.canswarm.pipeline.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.cli.raw.PubCommand;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.AuditRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that sends beside the pipeline has an audit log of its own. */
class RawAuditTest {
  private final Path home;
  private final Path data;

  RawAuditTest(@TempDir Path home) {
    this.home = home;
    this.data = home.resolve("data");
  }

  private RawAudit open() throws Exception {
    Invocation invocation = new Invocation(home, Map.of("SWARM_DATA", data.toString()));
    return RawAudit.open(DataAccess.of(new PubCommand(invocation.context())), invocation.context());
  }

  private static List<AuditEvent> events(Path log) throws Exception {
    List<AuditEvent> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          if (AuditFormat.parse(line.getBytes(UTF_8)) instanceof AuditRecord record) {
            assertThat(record.n()).isEqualTo(events.size() + 1);
            events.add(record.event());
          }
        }
      }
    }
    return events;
  }

  @Test
  void aRecordIsOnDiskBeforeAnythingIsSent() throws Exception {
    try (RawAudit audit = open()) {
      audit.write(Direction.RAW_PUBLISHED, "my.topic", -1, -1, "a".getBytes(UTF_8), "to be sent");
      assertThat(events(data.resolve("audit")))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.direction()).isEqualTo(Direction.RAW_PUBLISHED);
                assertThat(event.topic()).isEqualTo("my.topic");
                assertThat(event.offset()).isEqualTo(-1);
                assertThat(event.content()).isEqualTo("a".getBytes(UTF_8));
                assertThat(event.note()).isEqualTo("to be sent");
              });
    }
  }

  @Test
  void withoutAStackALaterCommandContinuesTheOwnersLog() throws Exception {
    try (RawAudit audit = open()) {
      audit.write(Direction.RAW_DELIVERED, "my.topic", 0, 7, new byte[0]);
    }
    try (RawAudit audit = open()) {
      audit.write(Direction.RAW_DELIVERED, "my.topic", 0, 8, new byte[0]);
    }
    assertThat(events(data.resolve("audit")))
        .extracting(AuditEvent::offset)
        .containsExactly(7L, 8L);
  }

  @Test
  void besideAStackEachCommandIsAGuestWithAKeyOfItsOwn() throws Exception {
    open().close();
    try (DataDirectory directory = DataDirectory.open(data)) {
      new StackFile(
              new StackFile.Writer(1, Optional.empty()),
              "swarm",
              new StackFile.Kafka(
                  "127.0.0.1:1", new KafkaEndpoint("127.0.0.1:1", Map.of()), OptionalInt.empty()),
              "postgresql://p@127.0.0.1:2/p",
              "redis://127.0.0.1:3",
              true,
              8)
          .write(directory.root());
      try (RawAudit first = open();
          RawAudit second = open()) {
        first.write(Direction.RAW_DELIVERED, "my.topic", 0, 1, new byte[0]);
        second.write(Direction.RAW_DELIVERED, "my.topic", 0, 2, new byte[0]);
      }
    }
    assertThat(events(data.resolve("audit/node-2"))).extracting(AuditEvent::offset).contains(1L);
    assertThat(events(data.resolve("audit/node-3"))).extracting(AuditEvent::offset).contains(2L);
    assertThat(events(data.resolve("audit"))).isEmpty();
  }

  /** What was opened before the failure is closed, so that the next command is not locked out. */
  @Test
  void aLogThatCannotBeOpenedLocksNobodyOut() throws Exception {
    open().close();
    Path key = data.resolve("keys/node-1.key");
    byte[] seed = Files.readAllBytes(key);
    Files.writeString(key, "damaged");
    assertThatThrownBy(this::open).hasMessageContaining("node-1");
    Files.write(key, seed);
    try (RawAudit audit = open()) {
      audit.write(Direction.RAW_DELIVERED, "my.topic", 0, 7, new byte[0]);
    }
    assertThat(events(data.resolve("audit"))).hasSize(1);
  }
}
