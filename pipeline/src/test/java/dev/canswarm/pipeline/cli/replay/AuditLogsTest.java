package dev.canswarm.pipeline.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.protocol.payload.ControlChange.Add;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.replay.ControlReplay;
import dev.canswarm.replay.ReplayFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audit logs as a source of a replay: what is read, what is said of it, and what is refused. */
class AuditLogsTest {
  private final Path data;

  AuditLogsTest(@TempDir Path data) {
    this.data = data;
  }

  private final ReplayFixture need = new ReplayFixture().on("one").run(ReplayFixture.oneTask());

  private RecordedSwarm recorded() throws Exception {
    return new RecordedSwarm(data).write(List.of(need));
  }

  private AuditLogs logs(PublicKey node, String... labels) {
    List<AuditSource> sources = new ArrayList<>();
    for (String label : labels) {
      sources.add(new AuditSource(label, data.resolve("audit")));
    }
    return new AuditLogs(sources, Engines.fastest().engine(), List.of(node), entries -> List.of());
  }

  private PublicKey node() {
    return need.key("node").publicKey();
  }

  @Test
  void everyEnvelopeIsPassedOnWithItsPlaceAndOtherRecordsAreCounted() throws Exception {
    recorded();
    List<LogEntry> read = new ArrayList<>();
    AuditLogs logs = logs(node(), "audit/");
    // A dead letter and an unsigned record are written beside the envelopes.
    assertThat(logs.read(read::add)).isEqualTo(need.records().size() + 2L);
    assertThat(read).hasSameSizeAs(need.records());
    assertThat(read)
        .allSatisfy(
            entry -> {
              assertThat(entry.threadId()).isEqualTo(new ThreadId("one"));
              assertThat(entry.record().where()).startsWith("audit/");
              assertThat(entry.record().isTaken()).isTrue();
            });
    assertThat(logs.name()).isEqualTo("audit");
  }

  @Test
  void asOftenAsTheyAreReadTheSameIsCounted() throws Exception {
    recorded();
    AuditLogs logs = logs(node(), "a/", "b/");
    long first = logs.read(entry -> {});
    assertThat(first).isEqualTo(2 * (need.records().size() + 2L));
    assertThat(logs.read(entry -> {})).isEqualTo(first);
    assertThat(logs.described(first))
        .isEqualTo(first + " records in 2 logs, chains and checkpoints whole");
  }

  @Test
  void aLineThatWasChangedEndsTheReadingAndIsNamed() throws Exception {
    Path segment = recorded().segment();
    String text = Files.readString(segment);
    assertThat(text).contains("\"swarm.need\"");
    Files.write(segment, text.replaceFirst("\"swarm.need\"", "\"swarm.xeed\"").getBytes(UTF_8));
    assertThatThrownBy(() -> logs(node(), "audit/").read(entry -> {}))
        .isInstanceOfSatisfying(
            BrokenLogException.class,
            e -> assertThat(e.where()).startsWith("audit/" + segment.getFileName().toString()))
        .hasMessageStartingWith("audit/");
  }

  @Test
  void aLogThatAnotherNodeSignedIsRefused() throws Exception {
    recorded();
    assertThatThrownBy(() -> logs(need.key("client").publicKey(), "audit/").read(entry -> {}))
        .isInstanceOf(BrokenLogException.class);
  }

  @Test
  void aLogOfANodeThatTheControlChainAddedIsTakenIfItHoldsTheEntry() throws Exception {
    TrustState genesis = ControlFixture.genesis(1);
    PublicKey added = ControlFixture.publicKey("node-9");
    Envelope adding =
        ControlFixture.entry(genesis, new Add("node-9", added, ControlFixture.set(RoleName.NODE)));
    Path with = data.resolve("with");
    RecordedSwarm.append(with, ControlFixture.key("node-9"), List.of(delivered(adding)));
    List<LogEntry> read = new ArrayList<>();
    assertThat(ofChain(genesis, with).read(read::add)).isOne();
    assertThat(read).singleElement().satisfies(one -> assertThat(one.isControl()).isTrue());

    Path without = data.resolve("without");
    Envelope other =
        ControlFixture.entry(genesis, new Retire(ControlFixture.publicKey("worker-1")));
    RecordedSwarm.append(without, ControlFixture.key("node-9"), List.of(delivered(other)));
    assertThatThrownBy(() -> ofChain(genesis, without).read(entry -> {}))
        .isInstanceOf(BrokenLogException.class)
        .hasMessageContaining("UNTRUSTED_NODE");
  }

  private static AuditEvent delivered(Envelope entry) {
    return new AuditEvent(Direction.DELIVERED, "swarm.control", 0, 0, entry.bytes(), "");
  }

  private static AuditLogs ofChain(TrustState genesis, Path log) {
    return new AuditLogs(
        List.of(new AuditSource("audit/", log)),
        ControlFixture.ENGINE,
        List.of(ControlFixture.publicKey("node-1")),
        entries ->
            ReplayService.nodes(
                ControlReplay.of(genesis, entries, ControlFixture.CODEC).history()));
  }

  @Test
  void aTruncatedEndIsReported() throws Exception {
    Path segment = recorded().segment();
    Files.writeString(segment, Files.readString(segment) + "{\"half");
    AuditLogs logs = logs(node(), "audit/");
    long read = logs.read(entry -> {});
    assertThat(logs.described(read))
        .contains("; cut off by a crash: audit/" + segment.getFileName());
  }

  @Test
  void recordsBehindTheLastCheckpointAreNotTaken() throws Exception {
    Path segment = recorded().segment();
    List<String> lines = Files.readAllLines(segment);
    // How many records a checkpoint covers depends on how fast they were written: it ends with one.
    int end = lines.size();
    while (!lines.get(end - 1).contains("\"kind\":\"FINALIZE\"")) {
      end--;
    }
    Files.writeString(segment, String.join("\n", lines.subList(0, end)) + "\n");
    List<LogEntry> read = new ArrayList<>();
    AuditLogs logs = logs(node(), "audit/");
    long records = logs.read(read::add);
    assertThat(logs.described(records)).contains("; behind the last checkpoint, so not signed: ");
    assertThat(read).anyMatch(entry -> !entry.record().isTaken());
  }
}
