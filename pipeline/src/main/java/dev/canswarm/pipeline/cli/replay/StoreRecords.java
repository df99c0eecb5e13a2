package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.replay.ReplayRecord;
import dev.canswarm.stage.DeadLetters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The envelopes in the op-log. For one thread, reads only its scopes; otherwise reads all of them
 * page by page.
 */
final class StoreRecords implements RecordSource {
  /** Most rows buffered between the store and this thread. */
  private static final int AHEAD_ROWS_MAX = 64;

  private static final Duration SCOPE_TIMEOUT = Duration.ofSeconds(60);

  private final SlotStore store;
  private final Optional<ThreadId> thread;

  StoreRecords(SlotStore store, Optional<ThreadId> thread) {
    this.store = store;
    this.thread = thread;
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public String described(long records) {
    return CountText.counted(records, "row") + " of the op-log";
  }

  @Override
  public long read(Consumer<LogEntry> entries) {
    if (thread.isEmpty()) {
      long rows = 0;
      // On this thread: what the consumer computes would hold up the connection's event loop. And
      // from another than that loop: handing over takes a lock, which an event loop must not wait
      // for.
      Flux<SlotRow> handedOver =
          store.rows().publishOn(Schedulers.boundedElastic(), AHEAD_ROWS_MAX);
      for (SlotRow row : handedOver.toIterable(AHEAD_ROWS_MAX)) {
        rows++;
        entry(row).ifPresent(entries);
      }
      return rows;
    }
    List<SlotRow> chain = load(SlotKey.CONTROL_SCOPE);
    chain.forEach(row -> entry(row).ifPresent(entries));
    List<SlotRow> needs =
        load(thread.get().text()).stream()
            .filter(row -> row.threadId().equals(thread.get()))
            .toList();
    long rows = chain.size() + (long) needs.size();
    needs.forEach(row -> entry(row).ifPresent(entries));
    for (String needScope : scopesOf(needs)) {
      List<SlotRow> scope = load(needScope);
      rows += scope.size();
      scope.forEach(row -> entry(row).ifPresent(entries));
    }
    return rows;
  }

  private static List<String> scopesOf(List<SlotRow> needs) {
    return needs.stream()
        .flatMap(row -> Stream.ofNullable(row.needId()))
        .map(NeedId::text)
        .distinct()
        .toList();
  }

  private List<SlotRow> load(String scope) {
    return store.load(scope).blockOptional(SCOPE_TIMEOUT).orElseGet(List::of);
  }

  /**
   * Returns empty for verdicts, which are not envelopes, and for refused records, which never took
   * effect.
   */
  private static Optional<LogEntry> entry(SlotRow row) {
    if (row.kind().equals(SlotRow.VERDICT) || row.kind().equals(DeadLetters.KIND)) {
      return Optional.empty();
    }
    boolean isTaken = !row.kind().equals(SlotRow.WAIT);
    String where = "op-log " + row.scope() + " " + row.slot();
    LogEntry entry = LogEntry.of(new ReplayRecord(where, row.bytes(), isTaken));
    // Unreadable bytes are reported with the thread and the NEED of their row.
    return Optional.of(entry.orIn(row.threadId(), row.needId()));
  }
}
