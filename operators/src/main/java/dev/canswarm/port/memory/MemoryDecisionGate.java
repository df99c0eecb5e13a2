package dev.canswarm.port.memory;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A decision gate in memory, for tests and simulation. Thread-safe; it forgets only on request. */
public final class MemoryDecisionGate implements DecisionGate {
  private final SortedMap<NeedId, Entry> entries = new TreeMap<>();

  private record Entry(DecisionRecord record, long fence) {}

  private synchronized GateAnswer ask(DecisionRecord candidate) {
    Entry entry = entries.get(candidate.needId());
    if (entry == null) {
      entries.put(candidate.needId(), new Entry(candidate, candidate.epoch()));
      return new GateAnswer.Admitted(candidate);
    }
    if (candidate.epoch() < entry.fence()) {
      return new GateAnswer.Fenced(entry.fence());
    }
    entries.put(candidate.needId(), new Entry(entry.record(), candidate.epoch()));
    return entry.record().proposalId().equals(candidate.proposalId())
        ? new GateAnswer.Admitted(entry.record())
        : new GateAnswer.Refused(entry.record());
  }

  @Override
  public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
    return Mono.fromSupplier(() -> candidates.stream().map(this::ask).toList());
  }

  @Override
  public Mono<Void> settle(List<DecisionRecord> fromSlots) {
    return Mono.fromRunnable(() -> fromSlots.forEach(this::put));
  }

  private synchronized void put(DecisionRecord record) {
    entries.merge(
        record.needId(),
        new Entry(record, record.epoch()),
        (old, fresh) -> new Entry(record, Math.max(old.fence(), fresh.fence())));
  }

  /** Returns the entry of a NEED, or null. */
  public synchronized @Nullable DecisionRecord stored(NeedId needId) {
    Entry entry = entries.get(needId);
    return entry == null ? null : entry.record();
  }

  /** A copy of all entries at one moment. */
  public static final class Image {
    private final SortedMap<NeedId, Entry> entries;

    private Image(SortedMap<NeedId, Entry> entries) {
      this.entries = new TreeMap<>(entries);
    }
  }

  /** Returns a copy of all current entries. */
  public synchronized Image image() {
    return new Image(entries);
  }

  /** Goes back in time, as Redis may when a replica that lagged behind takes over. */
  public synchronized void goBackTo(Image earlier) {
    entries.clear();
    entries.putAll(earlier.entries);
  }

  /** Loses records and fences alike, as Redis may. */
  public synchronized void forgetAll() {
    entries.clear();
  }
}
