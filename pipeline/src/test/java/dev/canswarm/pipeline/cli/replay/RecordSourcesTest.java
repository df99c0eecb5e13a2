package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.cli.command.StopSignal;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.replay.CheckName;
import dev.canswarm.replay.ReplayFixture;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import dev.canswarm.stage.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The envelope table and the topics as sources of a replay. */
class RecordSourcesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Path data;
  private final List<ReplayFixture> needs =
      List.of(
          new ReplayFixture().on("one").run(ReplayFixture.oneTask()),
          new ReplayFixture().on("two").run(ReplayFixture.twoTasks()));

  RecordSourcesTest(@TempDir Path data) {
    this.data = data;
  }

  @BeforeEach
  void writeRules() throws Exception {
    new RecordedSwarm(data).writeRules(needs.get(0));
  }

  private MemorySlotStore store(UnaryOperator<SlotRow> change) {
    MemorySlotStore store = new MemorySlotStore(() -> 1_700_000_000_000L);
    for (ReplayFixture need : needs) {
      StoredRows.fill(store, need.rows().stream().map(change).toList()).block();
    }
    return store;
  }

  private List<ReplayReport> replay(
      RecordSource source, MemorySlotStore store, Optional<ThreadId> thread) throws Exception {
    List<ReplayReport> reports = new ArrayList<>();
    ReplayInput input = ReplayInput.of(data, ReplayFixture.SWARM, NOW);
    new ReplayService(input, source, Optional.of(store)).replay(thread, reports::add);
    return reports;
  }

  private List<ReplayReport> replayTable(MemorySlotStore store, Optional<ThreadId> thread)
      throws Exception {
    return replay(new StoreRecords(store, thread), store, thread);
  }

  private static SlotRow row(
      String scope, String slot, String kind, String needId, byte[] bytes, String ops) {
    String id = Sha256.hex(bytes);
    return SlotRow.at(scope, slot)
        .id(id)
        .need(new NeedId(needId), new ThreadId("one"))
        .kind(kind)
        .sender("")
        .time(1, 1)
        .bytes(bytes)
        .ops(ops)
        .storedMillis(0)
        .build();
  }

  @Test
  void theTablePassesAsAWholeAndThreadByThread() throws Exception {
    MemorySlotStore store = store(row -> row);
    List<ReplayReport> all = replayTable(store, Optional.empty());
    assertThat(all).hasSize(2).extracting(ReplayReport::status).containsOnly(Status.PASS);
    List<ReplayReport> parts =
        new ArrayList<>(replayTable(store, Optional.of(new ThreadId("one"))));
    parts.addAll(replayTable(store, Optional.of(new ThreadId("two"))));
    assertThat(parts).containsExactlyInAnyOrderElementsOf(all);
    assertThat(replayTable(store, Optional.of(new ThreadId("three")))).isEmpty();
  }

  @Test
  void deadLettersAndWhatWaitsInTheTableFailNothing() throws Exception {
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    byte[] vote =
        needs.get(0).rows().stream()
            .filter(row -> row.kind().equals("ATTEST"))
            .findFirst()
            .orElseThrow()
            .bytes();
    MemorySlotStore store = store(row -> row);
    StoredRows.fill(
            store,
            List.of(
                row(DeadLetters.SCOPE, "swarm.need/0/1", DeadLetters.KIND, "", garbage, "[]"),
                row(
                    needs.get(0).needId().text(),
                    "WAIT/swarm.attest/0/7",
                    SlotRow.WAIT,
                    needs.get(0).needId().text(),
                    vote,
                    "[]")))
        .block();
    assertThat(replayTable(store, Optional.empty()))
        .hasSize(2)
        .extracting(ReplayReport::status)
        .containsOnly(Status.PASS);
  }

  @Test
  void aRowWhoseBytesWereChangedFailsAndIsNamed() throws Exception {
    MemorySlotStore store =
        store(
            row ->
                row.kind().equals("COMMIT") && row.threadId().equals(new ThreadId("one"))
                    ? row(
                        row.scope(),
                        row.slot(),
                        "COMMIT",
                        SlotRow.needText(row.needId(), row.kind()),
                        new byte[] {1},
                        row.ops())
                    : row);
    for (Optional<ThreadId> thread :
        List.of(Optional.<ThreadId>empty(), Optional.of(new ThreadId("one")))) {
      List<ReplayReport> reports = replayTable(store, thread);
      assertThat(reports).extracting(ReplayReport::status).contains(Status.FAIL);
      assertThat(reports.toString()).contains("op-log " + needs.get(0).needId() + " END/");
    }
  }

  /** As if each envelope stood on its topic, in the order of the rows. */
  private RecordSource topics(List<byte[]> more) {
    List<byte[]> values = new ArrayList<>(more);
    needs.forEach(
        need ->
            need.rows().stream()
                .filter(row -> !row.kind().equals(SlotRow.VERDICT))
                .forEach(row -> values.add(row.bytes())));
    return new RecordSource() {
      @Override
      public long read(Consumer<LogEntry> entries) {
        for (int i = 0; i < values.size(); i++) {
          byte[] key = new byte[0];
          entries.accept(
              TopicRecords.entry(new ConsumerRecord<>("swarm.test", 0, i, key, values.get(i))));
        }
        return values.size();
      }

      @Override
      public String name() {
        return "kafka";
      }

      @Override
      public String described(long records) {
        return "";
      }
    };
  }

  private static String artifact(String content) {
    return Sha256.hex(content.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] signedAgain(String kind, String text, String other) {
    ReplayFixture need = needs.get(0);
    SlotRow row =
        need.rows().stream().filter(each -> each.kind().equals(kind)).findFirst().orElseThrow();
    return need.signedAgain(row.id(), text, other);
  }

  @Test
  void theTopicsPass() throws Exception {
    MemorySlotStore store = store(row -> row);
    assertThat(replay(topics(List.of()), store, Optional.empty()))
        .hasSize(2)
        .extracting(ReplayReport::status)
        .containsOnly(Status.PASS);
  }

  @Test
  void aSecondDecideOnItsTopicFailsAndASecondCommitIsNoted() throws Exception {
    MemorySlotStore store = store(row -> row);
    byte[] commit = signedAgain("COMMIT", artifact("a"), artifact("other"));
    ReplayReport noted =
        replay(topics(List.of(commit)), store, Optional.of(new ThreadId("one"))).get(0);
    assertThat(noted.status()).as(noted.toString()).isEqualTo(Status.PASS);
    assertThat(noted.check(CheckName.LEASES).findings()).hasSize(1);
    byte[] decide = signedAgain("DECIDE", "\"epoch\":7", "\"epoch\":8");
    ReplayReport failed =
        replay(topics(List.of(decide)), store, Optional.of(new ThreadId("one"))).get(0);
    assertThat(failed.check(CheckName.ONCE).status()).isEqualTo(Status.FAIL);
  }

  @Test
  void aReadingEndsWhenTheCommandIsAskedToStop() {
    StopSignal stop = new StopSignal();
    StoppableSource source = new StoppableSource(topics(List.of()), stop);
    List<LogEntry> read = new ArrayList<>();
    assertThatThrownBy(
            () ->
                source.read(
                    entry -> {
                      read.add(entry);
                      stop.request();
                    }))
        .isInstanceOf(StoppableSource.Ended.class);
    assertThat(read).hasSize(1);
  }
}
