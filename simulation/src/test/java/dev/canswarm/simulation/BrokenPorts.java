package dev.canswarm.simulation;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.wiring.PipelineWiring.Ports;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.simulation.time.Incarnation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes that deal with their servers in a wrong way. */
final class BrokenPorts {
  private BrokenPorts() {}

  /** Puts something in the place of each process's store. */
  @FunctionalInterface
  interface StoreOf {
    SlotStore store(String group, Incarnation incarnation, Ports ports);
  }

  static Overrides store(StoreOf broken) {
    return new Overrides() {
      @Override
      public Ports ports(String group, Incarnation incarnation, Ports ports) {
        return new Ports(
            ports.bus(),
            broken.store(group, incarnation, ports),
            ports.gate(),
            ports.artifacts(),
            ports.audit());
      }
    };
  }

  static Overrides deliveries(UnaryOperator<Delivery> broken) {
    return new Overrides() {
      @Override
      public Ports ports(String group, Incarnation incarnation, Ports ports) {
        return withBus(ports, new OtherDeliveries(ports.bus(), all -> all.map(broken)));
      }
    };
  }

  private static Ports withBus(Ports ports, Bus bus) {
    return new Ports(bus, ports.store(), ports.gate(), ports.artifacts(), ports.audit());
  }

  /** Goes by what it wanted to say where a slot holds something else. */
  static Overrides ownCandidateFor(Predicate<String> slots) {
    return outcomes(
        (row, outcome) ->
            slots.test(row.slot()) && outcome instanceof StoreOutcome.Held held
                ? new StoreOutcome.Held(row.storedAt(held.row().storedMillis()))
                : outcome);
  }

  /** Stores rows of some kinds with any pinned head of the control chain. */
  static Overrides storesUnderAnyHead(Predicate<String> kinds) {
    return store(
        (group, incarnation, ports) ->
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                return super.store(
                    new TurnWrite(
                        write.candidates().stream()
                            .map(
                                one ->
                                    kinds.test(one.row().kind())
                                        ? new Candidate(one.row(), one.basis())
                                        : one)
                            .toList(),
                        write.timers(),
                        write.closings(),
                        write.abandonments()));
              }
            });
  }

  /** Reads no entry of the control chain that others have stored. */
  static Overrides followsNobody() {
    return store(
        (group, incarnation, ports) ->
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
                boolean isOfTheChain =
                    keys.stream().anyMatch(key -> key.scope().equals(SlotKey.CONTROL_SCOPE));
                return isOfTheChain ? Mono.just(List.of()) : super.find(keys);
              }
            });
  }

  /** The outcome of a row that it wanted to store. */
  @FunctionalInterface
  private interface Hearing {
    StoreOutcome heard(SlotRow row, StoreOutcome outcome);
  }

  private static Overrides outcomes(Hearing hearing) {
    return store((group, incarnation, ports) -> hearing(ports, hearing));
  }

  private static SlotStore hearing(Ports ports, Hearing hearing) {
    return new ForwardingSlotStore(ports.store()) {
      @Override
      public Mono<List<StoreOutcome>> store(TurnWrite write) {
        return super.store(write)
            .map(
                outcomes -> {
                  List<StoreOutcome> heard = new ArrayList<>();
                  for (int i = 0; i < outcomes.size(); i++) {
                    heard.add(hearing.heard(write.candidates().get(i).row(), outcomes.get(i)));
                  }
                  return heard;
                });
      }
    };
  }

  private static List<SlotRow> candidatesOf(TurnWrite write) {
    return write.candidates().stream().map(Candidate::row).toList();
  }

  /** Sends an end or a decision before its slot is filled. */
  static Overrides sendsBeforeItStores() {
    return store(
        (group, incarnation, ports) ->
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                return Flux.fromIterable(candidatesOf(write))
                    .filter(row -> row.slot().equals("DECIDE") || row.slot().equals("FINALIZE"))
                    .concatMap(row -> ports.bus().send(message(row)))
                    .then(super.store(write));
              }
            });
  }

  private static OutgoingRecord message(SlotRow row) {
    return new OutgoingRecord(
        Verb.valueOf(row.kind()).topic(),
        row.threadId().text().getBytes(StandardCharsets.UTF_8),
        row.bytes(),
        new TreeMap<>());
  }

  /** Each process believes what came to it first. */
  static Overrides mergesByArrival() {
    Map<String, Map<String, SlotRow>> first = new TreeMap<>();
    return store(
        (group, incarnation, ports) -> {
          Map<String, SlotRow> own = first.computeIfAbsent(group, name -> new TreeMap<>());
          return hearing(
              ports,
              (row, outcome) ->
                  new StoreOutcome.Held(
                      own.computeIfAbsent(
                          row.scope() + " " + row.slot(), slot -> row.storedAt(1))));
        });
  }

  /** A row that lost its slot is sent and built upon as if it had won. */
  static Overrides reactsOnNoLoss() {
    return outcomes(
        (row, outcome) ->
            outcome instanceof StoreOutcome.Inserted
                ? outcome
                : new StoreOutcome.Held(row.storedAt(1)));
  }

  /** Writes each row by itself, even if the rows that it was derived from are not stored. */
  static Overrides splitsChains() {
    return store(
        (group, incarnation, ports) ->
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                return super.store(
                        new TurnWrite(
                            List.of(), write.timers(), write.closings(), write.abandonments()))
                    .thenMany(Flux.fromIterable(write.candidates()))
                    .concatMap(one -> super.store(alone(one)))
                    .concatMapIterable(outcomes -> outcomes)
                    .collectList();
              }
            });
  }

  private static TurnWrite alone(Candidate candidate) {
    return new TurnWrite(
        List.of(new Candidate(candidate.row(), List.of(), candidate.pin())),
        List.of(),
        List.of(),
        List.of());
  }

  /** Timers that were armed in an earlier life are ignored. */
  static Overrides forgetsTimersWhenItDies() {
    return store(
        (group, incarnation, ports) -> {
          Set<NeedId> armed = new TreeSet<>();
          return new ForwardingSlotStore(ports.store()) {
            @Override
            public Mono<List<StoreOutcome>> store(TurnWrite write) {
              write.timers().forEach(timer -> armed.add(timer.needId()));
              return super.store(write);
            }

            @Override
            public Flux<OpenNeed> due(Collection<Integer> partitions, long now, int countMax) {
              return super.due(partitions, now, countMax)
                  .filter(timer -> armed.contains(timer.needId()));
            }
          };
        });
  }

  /** Takes a write that failed for one that was done. */
  static Overrides takesOutagesForDone() {
    return store(
        (group, incarnation, ports) ->
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                return super.store(write)
                    .onErrorResume(
                        RetryableException.class,
                        away ->
                            Mono.just(
                                write.candidates().stream()
                                    .<StoreOutcome>map(row -> new StoreOutcome.Inserted(1))
                                    .toList()));
              }
            });
  }

  /** Takes a NEED's timer away together with the row that ends it. */
  static Overrides closesBeforeItSends() {
    return store(
        (group, incarnation, ports) ->
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                List<NeedId> closings = new ArrayList<>(write.closings());
                candidatesOf(write).stream()
                    .filter(row -> row.slot().equals("FINALIZE"))
                    .forEach(row -> closings.add(Objects.requireNonNull(row.needId())));
                return super.store(
                    new TurnWrite(
                        write.candidates(), write.timers(), closings, write.abandonments()));
              }
            });
  }

  /** Acknowledges what it was given as soon as its rows are stored, before it sends. */
  static Overrides acknowledgesBeforeItSends() {
    return new Overrides() {
      @Override
      public Ports ports(String group, Incarnation incarnation, Ports ports) {
        List<Delivery> given = new ArrayList<>();
        SlotStore store =
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                return super.store(write)
                    .doOnSuccess(
                        stored -> {
                          given.forEach(delivery -> delivery.acknowledgement().acknowledge());
                          given.clear();
                        });
              }
            };
        Bus bus = new OtherDeliveries(ports.bus(), all -> all.doOnNext(given::add));
        return new Ports(bus, store, ports.gate(), ports.artifacts(), ports.audit());
      }
    };
  }

  /** Sends only what it has stored itself in this life: a wake sends nothing again. */
  static Overrides sendsNothingAgain() {
    return new Overrides() {
      @Override
      public Ports ports(String group, Incarnation incarnation, Ports ports) {
        Set<String> own = new HashSet<>();
        SlotStore store =
            new ForwardingSlotStore(ports.store()) {
              @Override
              public Mono<List<StoreOutcome>> store(TurnWrite write) {
                candidatesOf(write).forEach(row -> own.add(text(row.bytes())));
                return super.store(write);
              }
            };
        Bus bus =
            new OtherDeliveries(ports.bus(), all -> all) {
              @Override
              public Mono<Void> send(List<OutgoingRecord> records) {
                return super.send(
                    records.stream().filter(record -> own.contains(text(record.value()))).toList());
              }
            };
        return new Ports(bus, store, ports.gate(), ports.artifacts(), ports.audit());
      }
    };
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  /** Says that it is done with a record when it begins with it. */
  static Overrides acknowledgesFirst() {
    return deliveries(
        delivery -> {
          delivery.acknowledgement().acknowledge();
          return delivery;
        });
  }

  /** Remembers, beyond its death, what it has begun with, and drops it when it comes again. */
  static Overrides dropsWhatItHasBegunWith() {
    Set<String> begun = new HashSet<>();
    return new Overrides() {
      @Override
      public Ports ports(String group, Incarnation incarnation, Ports ports) {
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

  /** Changes the stream of deliveries, and forwards everything else. */
  private static class OtherDeliveries extends ForwardingBus {
    private final UnaryOperator<Flux<Delivery>> change;

    OtherDeliveries(Bus bus, UnaryOperator<Flux<Delivery>> change) {
      super(bus);
      this.change = change;
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return change.apply(bus.batches().concatMapIterable(batch -> batch)).map(List::of);
    }
  }
}
