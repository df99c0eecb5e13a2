package dev.canswarm.stage;

import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stands between a process and its ports, counts its calls, and lets one of them go wrong: the call
 * fails, or the process dies, each before or after the call took effect. A dead process does
 * nothing more, acknowledges nothing, and gets no answer. Not thread-safe: for one thread on
 * virtual time.
 */
final class Faults {
  /** What goes wrong. */
  enum Mode {
    FAILS_UNDONE(false, false),
    FAILS_THOUGH_DONE(false, true),
    DIES_BEFORE(true, false),
    DIES_AFTER(true, true);

    final boolean dies;
    final boolean done;

    Mode(boolean dies, boolean done) {
      this.dies = dies;
      this.done = done;
    }
  }

  private final Mode mode;
  private final int target;
  private int calls;
  private boolean dead;
  private String struck = "";

  /**
   * @param target the number of the call that goes wrong, from 0
   */
  Faults(Mode mode, int target) {
    this.mode = mode;
    this.target = target;
  }

  /** Which call went wrong; empty while none did. */
  String struck() {
    return struck;
  }

  boolean isDead() {
    return dead;
  }

  MemorySwarm.Ports around(MemorySwarm.Ports ports) {
    return new MemorySwarm.Ports(
        new FaultyBus(ports.bus()),
        new FaultyStore(ports.store()),
        new FaultyGate(ports.gate()),
        new FaultyArtifacts(ports.artifacts()),
        event -> at("audit " + event.direction(), ports.audit().append(event)));
  }

  private <T> Mono<T> at(String what, Mono<T> call) {
    return Mono.defer(
        () -> {
          if (dead) {
            return Mono.never();
          }
          if (calls++ != target) {
            return call;
          }
          struck = what;
          return (mode.done ? call.then() : Mono.empty()).then(Mono.defer(() -> wrong(what)));
        });
  }

  private <T> Mono<T> wrong(String what) {
    if (mode.dies) {
      dead = true;
      return Mono.never();
    }
    return Mono.error(new RetryableException(what, new IOException("injected")));
  }

  private final class FaultyBus implements Bus {
    private final Bus bus;

    FaultyBus(Bus bus) {
      this.bus = bus;
    }

    @Override
    public Flux<Delivery> deliveries() {
      return bus.deliveries()
          .filter(delivery -> !dead)
          .map(
              delivery ->
                  new Delivery(
                      delivery.cluster(),
                      delivery.topic(),
                      delivery.partition(),
                      delivery.offset(),
                      delivery.key(),
                      delivery.value(),
                      () -> acknowledge(delivery)));
    }

    private void acknowledge(Delivery delivery) {
      if (!dead) {
        delivery.acknowledgement().acknowledge();
      }
    }

    @Override
    public Mono<Void> send(OutgoingRecord message) {
      return at("send " + message.topic(), bus.send(message));
    }

    @Override
    public Set<Integer> assignedPartitions() {
      return bus.assignedPartitions();
    }

    @Override
    public long assignment(int partition) {
      return bus.assignment(partition);
    }

    @Override
    public int partitionOf(String key) {
      return bus.partitionOf(key);
    }
  }

  private final class FaultyStore implements SlotStore {
    private final SlotStore store;

    FaultyStore(SlotStore store) {
      this.store = store;
    }

    @Override
    public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
      String what = "fill " + candidates.stream().map(SlotRow::kind).toList();
      return at(what, store.fill(candidates, timers));
    }

    @Override
    public Mono<List<SlotRow>> load(String scope) {
      return at("load", store.load(scope));
    }

    @Override
    public Mono<SlotRow> find(String scope, String slot) {
      return at("find", store.find(scope, slot));
    }

    @Override
    public Mono<Void> arm(OpenNeed timer) {
      return at("arm", store.arm(timer));
    }

    @Override
    public Mono<OpenNeed> open(String needId) {
      return at("open", store.open(needId));
    }

    @Override
    public Mono<Void> abandon(String needId) {
      return at("close", store.abandon(needId));
    }

    @Override
    public Mono<Void> close(String needId) {
      return at("close", store.close(needId));
    }

    @Override
    public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
      // Sweeps come by all the time: a fault there is one of the call that follows from it.
      return Flux.defer(() -> dead ? Flux.never() : store.due(partitions, nowMillis, countMax));
    }

    @Override
    public Mono<Long> nextEpoch() {
      return at("nextEpoch", store.nextEpoch());
    }

    @Override
    public Mono<Void> archive(String hash, String kind, byte[] bytes) {
      return at("archive", store.archive(hash, kind, bytes));
    }

    @Override
    public Mono<byte[]> archived(String hash) {
      return at("archived", store.archived(hash));
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

  private final class FaultyGate implements DecisionGate {
    private final DecisionGate gate;

    FaultyGate(DecisionGate gate) {
      this.gate = gate;
    }

    @Override
    public Mono<GateAnswer> propose(DecisionRecord candidate) {
      return at("propose at the gate", gate.propose(candidate));
    }

    @Override
    public Mono<Void> settle(DecisionRecord fromSlot) {
      return at("settle the gate", gate.settle(fromSlot));
    }
  }

  private final class FaultyArtifacts implements ArtifactStore {
    private final ArtifactStore artifacts;

    FaultyArtifacts(ArtifactStore artifacts) {
      this.artifacts = artifacts;
    }

    @Override
    public Mono<String> put(byte[] content) {
      return at("put artifact", artifacts.put(content));
    }

    @Override
    public Mono<byte[]> get(String address) {
      return at("get artifact", artifacts.get(address));
    }

    @Override
    public long bytesMax() {
      return artifacts.bytesMax();
    }
  }
}
