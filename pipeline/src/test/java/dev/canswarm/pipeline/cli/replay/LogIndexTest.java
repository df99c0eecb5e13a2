package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.replay.ReplayRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The first reading of a source: what is in it, in shares that a second reading can take. */
class LogIndexTest {
  /** A source of so many bytes in each of so many threads. */
  private static RecordSource source(int threads, int bytesOfEach) {
    List<LogEntry> entries = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      entries.add(entry(new ThreadId("thread-" + i), bytesOfEach, "rule-" + i));
    }
    return source(entries);
  }

  private static LogEntry entry(ThreadId thread, int bytes, String rule) {
    return new LogEntry(
        "NEED", thread, null, List.of(rule), new ReplayRecord("log", new byte[bytes], true));
  }

  private static RecordSource source(List<LogEntry> all) {
    return new RecordSource() {
      @Override
      public long read(Consumer<LogEntry> entries) {
        all.forEach(entries);
        return all.size() + 1L;
      }

      @Override
      public String name() {
        return "test";
      }

      @Override
      public String described(long records) {
        return "test";
      }
    };
  }

  @Test
  void aSourceWithoutRecordsHasNoBatch() {
    LogIndex index = LogIndex.of(source(List.of()), Optional.empty());
    assertThat(index.batches(1)).isEmpty();
    assertThat(index.rules()).isEmpty();
  }

  @Test
  void everyThreadIsInOneBatchAndOnlyOne() {
    LogIndex index = LogIndex.of(source(500, 100), Optional.empty());
    for (long bytesMax : new long[] {1, 1_000, 10_000, Long.MAX_VALUE}) {
      List<LogIndex.Batch> batches = index.batches(bytesMax);
      for (int i = 0; i < 500; i++) {
        ThreadId thread = new ThreadId("thread-" + i);
        assertThat(batches.stream().filter(batch -> batch.has(thread))).hasSize(1);
      }
    }
  }

  @Test
  void aBatchHoldsNoMoreThanItMayUnlessOneShareDoes() {
    LogIndex index = LogIndex.of(source(500, 100), Optional.empty());
    List<LogIndex.Batch> batches = index.batches(2_000);
    assertThat(batches).hasSizeGreaterThan(20);
    for (LogIndex.Batch batch : batches) {
      long threads = 0;
      for (int i = 0; i < 500; i++) {
        threads += batch.has(new ThreadId("thread-" + i)) ? 1 : 0;
      }
      assertThat(threads).isBetween(1L, 20L);
    }
    assertThat(index.batches(Long.MAX_VALUE)).hasSize(1);
  }

  @Test
  void aThreadThatIsAskedForIsTheOnlyOneThatIsIndexed() {
    LogIndex index = LogIndex.of(source(500, 100), Optional.of(new ThreadId("thread-7")));
    assertThat(index.rules()).containsExactly("rule-7");
    assertThat(index.records()).as("all that were read").isEqualTo(501);
    assertThat(index.batches(1))
        .singleElement()
        .matches(batch -> batch.has(new ThreadId("thread-7")));
  }

  @Test
  void thereIsABoundForRules() {
    LogIndex index = LogIndex.of(source(LogIndex.RULES_MAX + 50, 1), Optional.empty());
    assertThat(index.rules()).hasSize(LogIndex.RULES_MAX);
  }

  @Test
  void whatCannotBeReadHasAShareToo() {
    LogIndex index = LogIndex.of(source(List.of(entry(ThreadId.NONE, 10, "r"))), Optional.empty());
    assertThat(index.batches(100)).singleElement().matches(batch -> batch.has(ThreadId.NONE));
  }
}
