package dev.canswarm.pipeline.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
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
      String thread,
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

  private static LogEntry entry(String thread, String need, String bytes) {
    return entry("COMMIT", thread, need, "log", bytes, true, 0);
  }

  private static SortedMap<String, ThreadRecords> threads(
      LogIndex.Batch batch, Optional<String> thread, LogEntry... all) {
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
    SortedMap<String, ThreadRecords> threads = threads(ALL, Optional.empty(), all);
    assertThat(threads).hasSize(1);
    return threads.values().iterator().next();
  }

  @Test
  void eachThreadHasItsOwnRecordsAndNeeds() {
    SortedMap<String, ThreadRecords> threads =
        threads(
            ALL,
            Optional.empty(),
            entry("b", "n3", "1"),
            entry("a", "n2", "2"),
            entry("a", "n1", "3"),
            entry("a", "", "4"));
    assertThat(threads.keySet()).containsExactly("a", "b");
    ThreadRecords records = threads.values().iterator().next();
    assertThat(records.records()).hasSize(3);
    assertThat(records.needIds()).containsExactly(new NeedId("n1"), new NeedId("n2"));
  }

  @Test
  void onlyTheThreadThatWasAskedForIsRead() {
    assertThat(threads(ALL, Optional.of("a"), entry("a", "n", "1"), entry("b", "n", "2")).keySet())
        .containsExactly("a");
  }

  @Test
  void threadsOfOtherBatchesAndEntriesOfTheControlChainAreLeftOut() {
    assertThat(threads(new LogIndex.Batch(0, 0), Optional.empty(), entry("a", "n", "1"))).isEmpty();
    assertThat(threads(ALL, Optional.empty(), entry("CONTROL", "control", "", "log", "1", true, 0)))
        .isEmpty();
  }

  @Test
  void equalBytesAreOneRecordWhichIsTakenIfEitherIs() {
    for (boolean first : new boolean[] {true, false}) {
      ThreadRecords records =
          only(
              entry("COMMIT", "a", "n", "one", "x", first, 3),
              entry("COMMIT", "a", "n", "two", "x", !first, 3));
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
                    entry("COMMIT", "a", "n", "one", "x", false, 3),
                    entry("COMMIT", "a", "n", "two", "x", false, 3))
                .records())
        .singleElement()
        .satisfies(record -> assertThat(record.isTaken()).isFalse());
  }

  @Test
  void equalBytesWithAnotherGasAreKeptSoThatItIsChecked() {
    assertThat(
            only(
                    entry("COMMIT", "a", "n", "one", "x", true, 3),
                    entry("COMMIT", "a", "n", "two", "x", true, 4))
                .records())
        .extracting(ReplayRecord::gas)
        .containsExactlyInAnyOrder(3L, 4L);
  }
}
