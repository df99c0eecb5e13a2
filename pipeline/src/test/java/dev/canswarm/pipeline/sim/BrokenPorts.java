package dev.canswarm.pipeline.sim;

import dev.canswarm.envelope.Kind;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import dev.canswarm.pipeline.sim.time.Life;
import dev.canswarm.pipeline.wiring.PipelineWiring.Ports;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes that deal with their servers in a wrong way. */
final class BrokenPorts {
  private BrokenPorts() {}

  /** Puts something in the place of each process's store. */
  @FunctionalInterface
  interface StoreOf {
    SlotStore store(String group, Life life, Ports ports);
  }

  static StandIns store(StoreOf broken) {
    return new StandIns() {
      @Override
      public Ports ports(String group, Life life, Ports ports) {
        return new Ports(
            ports.bus(),
            broken.store(group, life, ports),
            ports.gate(),
            ports.artifacts(),
            ports.audit());
      }
    };
  }

  static StandIns deliveries(UnaryOperator<Delivery> broken) {
    return new StandIns() {
      @Override
      public Ports ports(String group, Life life, Ports ports) {
        return withBus(ports, new OtherDeliveries(ports.bus(), all -> all.map(broken)));
      }
    };
  }

  private static Ports withBus(Ports ports, Bus bus) {
    return new Ports(bus, ports.store(), ports.gate(), ports.artifacts(), ports.audit());
  }

  /** Goes by what it wanted to say where a slot holds something else. */
  static StandIns ownCandidateFor(Predicate<String> slots) {
    return store(
        (group, life, ports) ->
            new PassingStore(ports.store()) {
              @Override
              public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
                return super.fill(candidates, timers)
                    .map(
                        held -> {
                          List<SlotRow> answers = new ArrayList<>();
                          for (int i = 0; i < held.size(); i++) {
                            boolean own = slots.test(candidates.get(i).slot());
                            answers.add(own ? candidates.get(i) : held.get(i));
                          }
                          return answers;
                        });
              }
            });
  }

  /** Sends an end or a decision before its slot is filled. */
  static StandIns sendsBeforeItStores() {
    return store(
        (group, life, ports) ->
            new PassingStore(ports.store()) {
              @Override
              public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
                return Flux.fromIterable(candidates)
                    .filter(row -> row.slot().equals("DECIDE") || row.slot().equals("FINALIZE"))
                    .concatMap(row -> ports.bus().send(message(row)))
                    .then(super.fill(candidates, timers));
              }
            });
  }

  private static OutgoingRecord message(SlotRow row) {
    return new OutgoingRecord(
        Kind.valueOf(row.kind()).topic(),
        row.threadId().getBytes(StandardCharsets.UTF_8),
        row.bytes(),
        new TreeMap<>());
  }

  /** Each process believes what came to it first. */
  static StandIns mergesByArrival() {
    Map<String, Map<String, SlotRow>> first = new TreeMap<>();
    return store(
        (group, life, ports) ->
            new PassingStore(ports.store()) {
              @Override
              public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
                Map<String, SlotRow> own = first.computeIfAbsent(group, name -> new TreeMap<>());
                return super.fill(candidates, timers)
                    .map(
                        held ->
                            candidates.stream()
                                .map(
                                    row ->
                                        own.computeIfAbsent(
                                            row.scope() + " " + row.slot(), slot -> row))
                                .toList());
              }
            });
  }

  /** What was armed in an earlier life is not looked at. */
  static StandIns forgetsTimersWhenItDies() {
    return store(
        (group, life, ports) -> {
          Set<String> armed = new TreeSet<>();
          return new PassingStore(ports.store()) {
            @Override
            public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
              timers.forEach(timer -> armed.add(timer.needId()));
              return super.fill(candidates, timers);
            }

            @Override
            public Mono<Void> arm(OpenNeed timer) {
              armed.add(timer.needId());
              return super.arm(timer);
            }

            @Override
            public Flux<OpenNeed> due(Collection<Integer> partitions, long now, int countMax) {
              return super.due(partitions, now, countMax)
                  .filter(timer -> armed.contains(timer.needId()));
            }
          };
        });
  }

  /** Sets a timer to later before it does what it ran out for. */
  static StandIns putsTimersOffFirst() {
    return store(
        (group, life, ports) ->
            new PassingStore(ports.store()) {
              @Override
              public Flux<OpenNeed> due(Collection<Integer> partitions, long now, int countMax) {
                return super.due(partitions, now, countMax)
                    .concatMap(timer -> ports.store().arm(putOff(timer)).thenReturn(timer));
              }
            });
  }

  private static OpenNeed putOff(OpenNeed timer) {
    return new OpenNeed(
        timer.needId(),
        timer.threadId(),
        timer.needSlot(),
        timer.partition(),
        timer.dueMillis() + Scenario.LEASE_MILLIS,
        timer.storedMillis());
  }

  /** Takes an outage for a refusal. */
  static StandIns deadLettersOutages() {
    return store(
        (group, life, ports) ->
            new PassingStore(ports.store()) {
              @Override
              public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
                return super.fill(candidates, timers)
                    .onErrorMap(
                        RetryableException.class,
                        away -> new RefusedException(Reason.BAD_SHAPE, "the store is away"));
              }
            });
  }

  /** Takes a NEED's timer away as soon as its end is stored. */
  static StandIns closesBeforeItSends() {
    return store(
        (group, life, ports) ->
            new PassingStore(ports.store()) {
              @Override
              public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
                return super.fill(candidates, timers)
                    .flatMap(
                        held ->
                            Flux.fromIterable(held)
                                .filter(row -> row.slot().equals("FINALIZE"))
                                .concatMap(row -> close(row.needId()))
                                .then(Mono.just(held)));
              }
            });
  }

  /** Says that it is done with a record when it begins with it. */
  static StandIns acknowledgesFirst() {
    return deliveries(
        delivery -> {
          delivery.acknowledgement().acknowledge();
          return delivery;
        });
  }

  /** Remembers, beyond its death, what it has begun with, and drops it when it comes again. */
  static StandIns dropsWhatItHasBegunWith() {
    Set<String> begun = new HashSet<>();
    return new StandIns() {
      @Override
      public Ports ports(String group, Life life, Ports ports) {
        return withBus(
            ports,
            new OtherDeliveries(
                ports.bus(), all -> all.filter(delivery -> isNew(group, delivery))));
      }

      private boolean isNew(String group, Delivery delivery) {
        boolean first =
            begun.add(
                group + delivery.topic() + "/" + delivery.partition() + "/" + delivery.offset());
        if (!first) {
          delivery.acknowledgement().acknowledge();
        }
        return first;
      }
    };
  }

  private record OtherDeliveries(Bus bus, UnaryOperator<Flux<Delivery>> change) implements Bus {
    @Override
    public Flux<Delivery> deliveries() {
      return change.apply(bus.deliveries());
    }

    @Override
    public Mono<Void> send(OutgoingRecord message) {
      return bus.send(message);
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

  /** Passes everything on. */
  abstract static class PassingStore implements SlotStore {
    private final SlotStore store;

    PassingStore(SlotStore store) {
      this.store = store;
    }

    @Override
    public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
      return store.fill(candidates, timers);
    }

    @Override
    public Mono<List<SlotRow>> load(String scope) {
      return store.load(scope);
    }

    @Override
    public Mono<SlotRow> find(String scope, String slot) {
      return store.find(scope, slot);
    }

    @Override
    public Mono<Void> arm(OpenNeed timer) {
      return store.arm(timer);
    }

    @Override
    public Mono<OpenNeed> open(String needId) {
      return store.open(needId);
    }

    @Override
    public Mono<Void> abandon(String needId) {
      return store.abandon(needId);
    }

    @Override
    public Mono<Void> close(String needId) {
      return store.close(needId);
    }

    @Override
    public Flux<OpenNeed> due(Collection<Integer> partitions, long now, int countMax) {
      return store.due(partitions, now, countMax);
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
}
