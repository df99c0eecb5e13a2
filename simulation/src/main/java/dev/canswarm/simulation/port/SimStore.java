package dev.canswarm.simulation.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.simulation.scenario.Server;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The slot store as one process reaches it. */
public final class SimStore implements SlotStore {
  private final Link link;
  private final SlotStore store;
  private final Observer observer;

  public SimStore(Link link, SlotStore store, Observer observer) {
    this.link = link;
    this.store = store;
    this.observer = observer;
  }

  @Override
  public Mono<List<StoreOutcome>> store(TurnWrite write) {
    return link.call(
        Server.POSTGRES, () -> store.store(write).doOnNext(outcomes -> stored(write, outcomes)));
  }

  private void stored(TurnWrite write, List<StoreOutcome> outcomes) {
    List<SlotRow> candidates = new ArrayList<>();
    List<SlotRow> held = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      SlotRow candidate = write.candidates().get(i).row();
      StoreOutcome outcome = outcomes.get(i);
      if (outcome instanceof StoreOutcome.Inserted inserted) {
        candidates.add(candidate);
        held.add(candidate.storedAt(inserted.storedMillis()));
      } else if (outcome instanceof StoreOutcome.Held there) {
        candidates.add(candidate);
        held.add(there.row());
      }
    }
    observer.filled(link.node(), candidates, held);
    write.closings().forEach(needId -> observer.closed(link.node(), needId));
  }

  @Override
  public Mono<List<SlotRow>> load(Collection<String> scopes) {
    return link.call(Server.POSTGRES, () -> store.load(scopes));
  }

  @Override
  public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
    return link.call(Server.POSTGRES, () -> store.find(keys));
  }

  @Override
  public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
    return link.call(Server.POSTGRES, () -> store.needs(needIds));
  }

  @Override
  public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
    return link.call(Server.POSTGRES, () -> store.open(needIds));
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    return link.call(
            Server.POSTGRES, () -> store.due(partitions, nowMillis, countMax).collectList())
        .flatMapIterable(rows -> rows);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return link.call(Server.POSTGRES, store::nextEpoch);
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return link.call(Server.POSTGRES, () -> store.archive(hash, kind, bytes));
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return link.call(Server.POSTGRES, () -> store.archived(hash));
  }

  @Override
  public Flux<SlotRow> needs() {
    return link.call(Server.POSTGRES, () -> store.needs().collectList())
        .flatMapIterable(rows -> rows);
  }

  @Override
  public Flux<SlotRow> rows() {
    return link.call(Server.POSTGRES, () -> store.rows().collectList())
        .flatMapIterable(rows -> rows);
  }
}
