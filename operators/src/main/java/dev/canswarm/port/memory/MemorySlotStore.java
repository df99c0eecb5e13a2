package dev.canswarm.port.memory;

import dev.canswarm.envelope.Kind;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Slots and timers in memory, for tests and simulation. Thread-safe; every call is one atomic step
 * that happens on subscription, on the subscriber's thread. It grows without bound, as a log does.
 */
public final class MemorySlotStore implements SlotStore {
  private static final Comparator<OpenNeed> EARLIEST_FIRST =
      Comparator.comparingLong(OpenNeed::dueMillis).thenComparing(OpenNeed::needId);

  private final LongSupplier nowMillis;
  private final SortedMap<String, SortedMap<String, SlotRow>> scopes = new TreeMap<>();
  private final SortedMap<String, OpenNeed> timers = new TreeMap<>();
  private final SortedMap<String, byte[]> archive = new TreeMap<>();
  private long epoch;

  /**
   * @param nowMillis the store's clock, milliseconds since 1970
   */
  public MemorySlotStore(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  @Override
  public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
    if (candidates.size() > FILL_ROWS_MAX) {
      return Mono.error(
          new IllegalArgumentException(
              "expected at most " + FILL_ROWS_MAX + " rows in one fill, got " + candidates.size()));
    }
    return Mono.fromSupplier(() -> fillNow(candidates, timers));
  }

  private synchronized List<SlotRow> fillNow(List<SlotRow> candidates, List<OpenNeed> timers) {
    long now = nowMillis.getAsLong();
    List<SlotRow> answers = candidates.stream().map(row -> fillOne(row, now)).toList();
    timers.forEach(timer -> armOne(timer, now));
    return answers;
  }

  private SlotRow fillOne(SlotRow row, long now) {
    return scopes
        .computeIfAbsent(row.scope(), scope -> new TreeMap<>())
        .computeIfAbsent(row.slot(), slot -> storedAt(now, row));
  }

  private static SlotRow storedAt(long now, SlotRow row) {
    return new SlotRow(
        row.scope(),
        row.slot(),
        row.id(),
        row.needId(),
        row.threadId(),
        row.kind(),
        row.sender(),
        row.lamport(),
        row.timestampNs(),
        row.bytes(),
        row.ops(),
        now);
  }

  private void armOne(OpenNeed timer, long now) {
    OpenNeed old = timers.get(timer.needId());
    if (old != null && timer.needSlot() == null) {
      return;
    }
    timers.put(
        timer.needId(),
        new OpenNeed(
            timer.needId(),
            timer.threadId(),
            timer.needSlot(),
            timer.partition(),
            timer.dueMillis(),
            old == null ? now : old.storedMillis()));
  }

  @Override
  public Mono<List<SlotRow>> load(String scope) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            SortedMap<String, SlotRow> rows = scopes.get(scope);
            return rows == null ? List.of() : List.copyOf(rows.values());
          }
        });
  }

  @Override
  public Mono<SlotRow> find(String scope, String slot) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            SortedMap<String, SlotRow> rows = scopes.get(scope);
            return rows == null ? null : rows.get(slot);
          }
        });
  }

  @Override
  public Mono<Void> arm(OpenNeed timer) {
    return fill(List.of(), List.of(timer)).then();
  }

  @Override
  public Mono<OpenNeed> open(String needId) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return timers.get(needId);
          }
        });
  }

  @Override
  public Mono<Void> abandon(String needId) {
    return Mono.fromRunnable(
        () -> {
          synchronized (this) {
            timers.computeIfPresent(needId, (id, timer) -> timer.needSlot() == null ? null : timer);
          }
        });
  }

  @Override
  public Mono<Void> close(String needId) {
    return Mono.fromRunnable(
        () -> {
          synchronized (this) {
            timers.remove(needId);
          }
        });
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    TreeSet<Integer> wanted = new TreeSet<>(partitions);
    return Flux.defer(
        () -> {
          synchronized (this) {
            return Flux.fromIterable(
                timers.values().stream()
                    .filter(timer -> wanted.contains(timer.partition()))
                    .filter(timer -> timer.dueMillis() <= nowMillis)
                    .sorted(EARLIEST_FIRST)
                    .limit(countMax)
                    .toList());
          }
        });
  }

  @Override
  public Mono<Long> nextEpoch() {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return ++epoch;
          }
        });
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return Mono.fromRunnable(
        () -> {
          synchronized (this) {
            archive.putIfAbsent(hash, bytes.clone());
          }
        });
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            byte[] bytes = archive.get(hash);
            return bytes == null ? null : bytes.clone();
          }
        });
  }

  @Override
  public Flux<SlotRow> needs() {
    return rows().filter(row -> row.kind().equals(Kind.NEED.name()));
  }

  @Override
  public Flux<SlotRow> rows() {
    return Flux.defer(
        () -> {
          synchronized (this) {
            return Flux.fromIterable(
                scopes.values().stream().flatMap(rows -> rows.values().stream()).toList());
          }
        });
  }
}
