package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Wraps the ports of a process, counts their calls, and makes one of them fail: the call fails, or
 * the process dies, each before or after the call took effect. A dead process does nothing more,
 * acknowledges nothing, and gets no answer. Not thread-safe: for one thread on virtual time.
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
        events ->
            at(
                "audit " + events.stream().map(AuditEvent::direction).toList(),
                ports.audit().append(events)));
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

  private final class FaultyBus extends ForwardingBus {
    FaultyBus(Bus bus) {
      super(bus);
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return bus.batches()
          .filter(batch -> !dead)
          .map(batch -> batch.stream().map(one -> one.with(() -> acknowledge(one))).toList());
    }

    @Override
    public Mono<Void> send(List<OutgoingRecord> records) {
      return at("send " + records.stream().map(OutgoingRecord::topic).toList(), bus.send(records));
    }

    private void acknowledge(Delivery delivery) {
      if (!dead) {
        delivery.acknowledgement().acknowledge();
      }
    }
  }

  private final class FaultyStore extends ForwardingSlotStore {
    FaultyStore(SlotStore store) {
      super(store);
    }

    @Override
    public Mono<List<StoreOutcome>> store(TurnWrite write) {
      return at("store " + kinds(write), store.store(write));
    }

    @Override
    public Mono<List<SlotRow>> load(Collection<String> scopes) {
      return at("load", store.load(scopes));
    }

    @Override
    public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
      return at("find", store.find(keys));
    }

    @Override
    public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
      return at("needs", store.needs(needIds));
    }

    @Override
    public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
      return at("open", store.open(needIds));
    }

    private static List<String> kinds(TurnWrite write) {
      return write.candidates().stream().map(one -> one.row().kind()).toList();
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
  }

  private final class FaultyGate implements DecisionGate {
    private final DecisionGate gate;

    FaultyGate(DecisionGate gate) {
      this.gate = gate;
    }

    @Override
    public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
      return at("propose at the gate", gate.propose(candidates));
    }

    @Override
    public Mono<Void> settle(List<DecisionRecord> fromSlots) {
      return at("settle the gate", gate.settle(fromSlots));
    }
  }

  private final class FaultyArtifacts extends ForwardingArtifactStore {
    FaultyArtifacts(ArtifactStore artifacts) {
      super(artifacts);
    }

    @Override
    public Mono<String> put(byte[] content) {
      return at("put artifact", artifacts.put(content));
    }

    @Override
    public Mono<byte[]> get(String address) {
      return at("get artifact", artifacts.get(address));
    }
  }
}
