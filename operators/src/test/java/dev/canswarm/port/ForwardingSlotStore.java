package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A slot store for tests that passes every call on; override what a test changes. */
public abstract class ForwardingSlotStore implements SlotStore {
  /** The store that receives the calls. */
  protected final SlotStore store;

  protected ForwardingSlotStore(SlotStore store) {
    this.store = store;
  }

  @Override
  public Mono<List<StoreOutcome>> store(TurnWrite write) {
    return store.store(write);
  }

  @Override
  public Mono<List<SlotRow>> load(Collection<String> scopes) {
    return store.load(scopes);
  }

  @Override
  public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
    return store.find(keys);
  }

  @Override
  public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
    return store.needs(needIds);
  }

  @Override
  public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
    return store.open(needIds);
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    return store.due(partitions, nowMillis, countMax);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return store.nextEpoch();
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return store.archive(hash, kind, bytes);
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return store.archived(hash);
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
