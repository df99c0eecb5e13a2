package dev.canswarm.port.memory;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Slots and timers in memory, for tests and simulation. Thread-safe; every call is one atomic step
 * that happens on subscription, on the subscriber's thread. It grows without bound, as a log does.
 */
public final class MemorySlotStore implements SlotStore {
  private static final Comparator<OpenNeed> EARLIEST_FIRST =
      Comparator.comparingLong(OpenNeed::dueMillis).thenComparing(OpenNeed::needId);

  private static final SortedMap<String, SlotRow> NO_ROWS = new TreeMap<>();

  private final LongSupplier nowMillis;
  private final SortedMap<String, SortedMap<String, SlotRow>> scopes = new TreeMap<>();
  private final Map<String, SlotRow> needs = new HashMap<>();
  private final SortedMap<NeedId, OpenNeed> timers = new TreeMap<>();
  private final SortedMap<String, byte[]> archive = new TreeMap<>();
  private long epoch;

  /** The number of the last entry of the control chain. */
  private long head;

  /**
   * @param nowMillis the store's clock, milliseconds since 1970
   */
  public MemorySlotStore(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  @Override
  public Mono<List<StoreOutcome>> store(TurnWrite write) {
    return Mono.fromSupplier(() -> storeNow(write));
  }

  private synchronized List<StoreOutcome> storeNow(TurnWrite write) {
    long now = nowMillis.getAsLong();
    Rows before = new Rows();
    List<StoreOutcome> outcomes = new ArrayList<>(write.candidates().size());
    for (Candidate candidate : write.candidates()) {
      outcomes.add(before.store(candidate, now));
    }
    write.timers().forEach(timer -> armOne(timer, now));
    write.abandonments().forEach(this::abandonOne);
    write.closings().forEach(timers::remove);
    return outcomes;
  }

  /** The candidates of one write so far. */
  private final class Rows {
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Boolean> stands = new ArrayList<>();
    private final List<Integer> depths = new ArrayList<>();
    private final Map<SlotKey, Integer> firstByKey = new HashMap<>();
    private final long headBefore = head;

    StoreOutcome store(Candidate candidate, long now) {
      SlotRow row = candidate.row();
      int index = candidates.size();
      candidates.add(candidate);
      int depth = 1 + candidate.basis().stream().mapToInt(depths::get).max().orElse(0);
      depths.add(depth);
      @Nullable Integer first = firstByKey.putIfAbsent(SlotKey.of(row), index);
      SlotRow held = rowAt(row.scope(), row.slot());
      boolean founded =
          first == null
              && depth <= TurnWrite.DEPTH_MAX
              && candidate.basis().stream().allMatch(stands::get)
              && (!candidate.isPinned() || candidate.pin() >= headBefore);
      if (first != null) {
        stands.add(stands.get(first) && candidates.get(first).row().sameAnswer(row));
      } else {
        stands.add(held == null ? founded : held.sameAnswer(row));
      }
      if (held != null) {
        return new StoreOutcome.Held(held);
      }
      if (!founded) {
        return new StoreOutcome.LeftOut();
      }
      fillOne(row, now);
      return new StoreOutcome.Inserted(now);
    }
  }

  private @Nullable SlotRow rowAt(String scope, String slot) {
    SortedMap<String, SlotRow> rows = scopes.get(scope);
    return rows == null ? null : rows.get(slot);
  }

  private void abandonOne(NeedId needId) {
    timers.computeIfPresent(needId, (id, timer) -> timer.needSlot() == null ? null : timer);
  }

  private void fillOne(SlotRow row, long now) {
    SlotRow stored = row.storedAt(now);
    scopes.computeIfAbsent(row.scope(), scope -> new TreeMap<>()).putIfAbsent(row.slot(), stored);
    if (row.kind().equals(Verb.NEED.name())) {
      needs.putIfAbsent(row.id(), stored);
    }
    if (row.kind().equals(Verb.CONTROL.name())) {
      head = Math.max(head, SlotKey.of(row).controlNumber());
    }
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
  public Mono<List<SlotRow>> load(Collection<String> wanted) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return new TreeSet<>(wanted)
                .stream()
                    .flatMap(scope -> scopes.getOrDefault(scope, NO_ROWS).values().stream())
                    .toList();
          }
        });
  }

  @Override
  public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return new TreeSet<>(keys)
                .stream()
                    .flatMap(key -> Stream.ofNullable(rowAt(key.scope(), key.slot())))
                    .toList();
          }
        });
  }

  @Override
  public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return new TreeSet<>(needIds)
                .stream().flatMap(id -> Stream.ofNullable(needs.get(id.text()))).toList();
          }
        });
  }

  @Override
  public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return new TreeSet<>(needIds)
                .stream().flatMap(id -> Stream.ofNullable(timers.get(id))).toList();
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
    return rows().filter(row -> row.kind().equals(Verb.NEED.name()));
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
