package dev.canswarm.pipeline.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.replay.ReplayRecord;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Records by thread, each once even if it was recorded several times. */
class ThreadRecordsTest {
  private static final LogIndex.Batch ALL = new LogIndex.Batch(0, LogIndex.SHARES);

  private static LogEntry entry(
      String kind,
      ThreadId thread,
      String need,
      String where,
      String bytes,
      boolean taken,
      long gas) {
    return new LogEntry(
        kind,
        thread,
        need.isEmpty() ? null : new NeedId(need),
        List.of(),
        new ReplayRecord(where, bytes.getBytes(UTF_8), taken, gas));
  }

  private static LogEntry entry(ThreadId thread, String need, String bytes) {
    return entry("COMMIT", thread, need, "log", bytes, true, 0);
  }

  private static SortedMap<ThreadId, ThreadRecords> threads(
      LogIndex.Batch batch, Optional<ThreadId> thread, LogEntry... all) {
    return ThreadRecords.of(
        new RecordSource() {
          @Override
          public long read(Consumer<LogEntry> entries) {
            List.of(all).forEach(entries);
            return all.length;
          }

          @Override
          public String name() {
            return "test";
          }

          @Override
          public String described(long records) {
            return "test";
          }
        },
        batch,
        thread);
  }

  private static ThreadRecords only(LogEntry... all) {
    SortedMap<ThreadId, ThreadRecords> threads = threads(ALL, Optional.empty(), all);
    assertThat(threads).hasSize(1);
    return threads.values().iterator().next();
  }

  @Test
  void eachThreadHasItsOwnRecordsAndNeeds() {
    SortedMap<ThreadId, ThreadRecords> threads =
        threads(
            ALL,
            Optional.empty(),
            entry(new ThreadId("b"), "n3", "1"),
            entry(new ThreadId("a"), "n2", "2"),
            entry(new ThreadId("a"), "n1", "3"),
            entry(new ThreadId("a"), "", "4"));
    assertThat(threads.keySet()).containsExactly(new ThreadId("a"), new ThreadId("b"));
    ThreadRecords records = threads.values().iterator().next();
    assertThat(records.records()).hasSize(3);
    assertThat(records.needIds()).containsExactly(new NeedId("n1"), new NeedId("n2"));
  }

  @Test
  void onlyTheThreadThatWasAskedForIsRead() {
    assertThat(
            threads(
                    ALL,
                    Optional.of(new ThreadId("a")),
                    entry(new ThreadId("a"), "n", "1"),
                    entry(new ThreadId("b"), "n", "2"))
                .keySet())
        .containsExactly(new ThreadId("a"));
  }

  @Test
  void threadsOfOtherBatchesAndEntriesOfTheControlChainAreLeftOut() {
    assertThat(
            threads(new LogIndex.Batch(0, 0), Optional.empty(), entry(new ThreadId("a"), "n", "1")))
        .isEmpty();
    assertThat(
            threads(
                ALL,
                Optional.empty(),
                entry("CONTROL", new ThreadId("control"), "", "log", "1", true, 0)))
        .isEmpty();
  }

  @Test
  void equalBytesAreOneRecordWhichIsTakenIfEitherIs() {
    for (boolean first : new boolean[] {true, false}) {
      ThreadRecords records =
          only(
              entry("COMMIT", new ThreadId("a"), "n", "one", "x", first, 3),
              entry("COMMIT", new ThreadId("a"), "n", "two", "x", !first, 3));
      assertThat(records.records())
          .singleElement()
          .satisfies(
              record -> {
                assertThat(record.isTaken()).isTrue();
                assertThat(record.where()).as("where it was first").isEqualTo("one");
                assertThat(record.gas()).isEqualTo(3);
              });
    }
    assertThat(
            only(
                    entry("COMMIT", new ThreadId("a"), "n", "one", "x", false, 3),
                    entry("COMMIT", new ThreadId("a"), "n", "two", "x", false, 3))
                .records())
        .singleElement()
        .satisfies(record -> assertThat(record.isTaken()).isFalse());
  }

  @Test
  void equalBytesWithAnotherGasAreKeptSoThatItIsChecked() {
    assertThat(
            only(
                    entry("COMMIT", new ThreadId("a"), "n", "one", "x", true, 3),
                    entry("COMMIT", new ThreadId("a"), "n", "two", "x", true, 4))
                .records())
        .extracting(ReplayRecord::gas)
        .containsExactlyInAnyOrder(3L, 4L);
  }
}
