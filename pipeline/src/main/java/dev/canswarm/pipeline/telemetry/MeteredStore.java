package dev.canswarm.pipeline.telemetry;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnRead;
import dev.canswarm.port.TurnWrite;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store whose calls are timed: {@code swarm.postgres} by operation and outcome, {@code
 * swarm.postgres.rows}, the rows of a write, and {@code swarm.postgres.away}. What reads the whole
 * op-log is not timed, since it lasts as long as its reader wants. Thread-safe.
 */
public final class MeteredStore implements SlotStore {
  private static final String NAME = "swarm.postgres";
  private static final String DESCRIPTION =
      "Calls to PostgreSQL, the wait for a connection included";

  private final SlotStore store;
  private final CallTimer writes;
  private final CallTimer loads;
  private final CallTimer finds;
  private final CallTimer timers;
  private final CallTimer others;
  private final DistributionSummary rows;

  /**
   * @param nanos a clock that never goes back
   */
  public MeteredStore(SlotStore store, MeterRegistry registry, LongSupplier nanos) {
    this.store = store;
    AtomicBoolean away = new AtomicBoolean();
    this.writes = new CallTimer(registry, NAME, DESCRIPTION, "store", nanos, away);
    this.loads = new CallTimer(registry, NAME, DESCRIPTION, "load", nanos, away);
    this.finds = new CallTimer(registry, NAME, DESCRIPTION, "find", nanos, away);
    this.timers = new CallTimer(registry, NAME, DESCRIPTION, "timers", nanos, away);
    this.others = new CallTimer(registry, NAME, DESCRIPTION, "other", nanos, away);
    this.rows =
        DistributionSummary.builder(NAME + ".rows")
            .description("Rows that one write wants to insert")
            .register(registry);
    Gauge.builder(NAME + ".away", away, value -> value.get() ? 1 : 0)
        .description("1 after a call to PostgreSQL that failed, until one succeeds")
        .register(registry);
  }

  @Override
  public Mono<List<StoreOutcome>> store(TurnWrite write) {
    return writes
        .timed(store.store(write))
        .doOnSuccess(
            outcomes -> {
              rows.record(write.candidates().size());
              EndLog.ofTurn(write, outcomes);
              AttemptLog.ofTurn(write, outcomes);
            });
  }

  @Override
  public Mono<List<SlotRow>> load(Collection<String> scopes) {
    return loads.timed(store.load(scopes));
  }

  @Override
  public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
    return finds.timed(store.find(keys));
  }

  @Override
  public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
    return finds.timed(store.needs(needIds));
  }

  @Override
  public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
    return timers.timed(store.open(needIds));
  }

  @Override
  public Mono<TurnRead> read(Collection<NeedId> needIds, Collection<NeedId> ownIds) {
    return loads.timed(store.read(needIds, ownIds));
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    return timers
        .timed(store.due(partitions, nowMillis, countMax).collectList())
        .flatMapIterable(due -> due);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return others.timed(store.nextEpoch());
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return others.timed(store.archive(hash, kind, bytes));
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return others.timed(store.archived(hash));
  }

  @Override
  public Flux<SlotRow> needs() {
    return store.needs();
  }

  @Override
  public Flux<SlotRow> rows() {
    return store.rows();
  }
}
