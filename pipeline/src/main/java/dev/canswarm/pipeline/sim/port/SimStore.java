package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Server;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A process's way to the one store. */
public final class SimStore implements SlotStore {
  private final Wire wire;
  private final SlotStore store;
  private final Watch watch;

  public SimStore(Wire wire, SlotStore store, Watch watch) {
    this.wire = wire;
    this.store = store;
    this.watch = watch;
  }

  @Override
  public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
    return wire.call(
        Server.POSTGRES,
        () ->
            store
                .fill(candidates, timers)
                .doOnNext(held -> watch.filled(wire.node(), candidates, held)));
  }

  @Override
  public Mono<List<SlotRow>> load(String scope) {
    return wire.call(Server.POSTGRES, () -> store.load(scope));
  }

  @Override
  public Mono<SlotRow> find(String scope, String slot) {
    return wire.call(Server.POSTGRES, () -> store.find(scope, slot));
  }

  @Override
  public Mono<Void> arm(OpenNeed timer) {
    return wire.call(Server.POSTGRES, () -> store.arm(timer));
  }

  @Override
  public Mono<OpenNeed> open(String needId) {
    return wire.call(Server.POSTGRES, () -> store.open(needId));
  }

  @Override
  public Mono<Void> abandon(String needId) {
    return wire.call(Server.POSTGRES, () -> store.abandon(needId));
  }

  @Override
  public Mono<Void> close(String needId) {
    return wire.call(
        Server.POSTGRES,
        () -> store.close(needId).doOnSuccess(done -> watch.closed(wire.node(), needId)));
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    return wire.call(
            Server.POSTGRES, () -> store.due(partitions, nowMillis, countMax).collectList())
        .flatMapIterable(rows -> rows);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return wire.call(Server.POSTGRES, store::nextEpoch);
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return wire.call(Server.POSTGRES, () -> store.archive(hash, kind, bytes));
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return wire.call(Server.POSTGRES, () -> store.archived(hash));
  }

  @Override
  public Flux<SlotRow> needs() {
    return wire.call(Server.POSTGRES, () -> store.needs().collectList())
        .flatMapIterable(rows -> rows);
  }

  @Override
  public Flux<SlotRow> rows() {
    return wire.call(Server.POSTGRES, () -> store.rows().collectList())
        .flatMapIterable(rows -> rows);
  }
}
