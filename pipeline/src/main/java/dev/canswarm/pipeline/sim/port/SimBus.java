package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.Server;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A process's way to the broker: a member of its group for as long as the process lives. Records
 * take time to arrive, and so does the word that one is done with; a process that dies in between
 * gets the record again.
 */
public final class SimBus implements Bus {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int POLL_NANOS_MIN = 10_000;
  private static final int POLL_NANOS_MAX = 400_000;
  private static final int COMMIT_NANOS_MAX = 20_000_000;
  private static final int EVEN_PERMILLE = 500;

  private final Wire wire;
  private final MemoryBroker broker;
  private final MemoryBus bus;
  private final Watch watch;
  private final List<Delivery> uncommitted = new ArrayList<>();
  private @Nullable Subscription membership;

  public SimBus(Wire wire, MemoryBroker broker, MemoryBus bus, Watch watch) {
    this.wire = wire;
    this.broker = broker;
    this.bus = bus;
    this.watch = watch;
  }

  @Override
  public Flux<Delivery> deliveries() {
    return bus.deliveries().doOnSubscribe(this::joined).concatMap(this::arrives, 1);
  }

  private void joined(Subscription subscription) {
    membership = subscription;
  }

  /** The group notices that the process is gone. */
  public void leave() {
    Subscription member = membership;
    membership = null;
    if (member != null) {
      member.cancel();
    }
  }

  private Mono<Delivery> arrives(Delivery delivery) {
    return Mono.create(sink -> arriveLater(delivery, sink));
  }

  private void arriveLater(Delivery delivery, MonoSink<Delivery> sink) {
    wire.loop()
        .afterNanos(
            pollNanos(),
            () ->
                wire.life()
                    .run(
                        () -> {
                          if (isCut()) {
                            arriveLater(delivery, sink);
                          } else {
                            sink.success(watched(delivery));
                          }
                        }));
  }

  private boolean isCut() {
    if (wire.weather().isClear()) {
      return false;
    }
    for (Fault.Cut cut : wire.weather().cuts(wire.node(), Server.KAFKA)) {
      wire.weather().count(cut);
      return true;
    }
    return false;
  }

  private long pollNanos() {
    long nanos = wire.draw().between(POLL_NANOS_MIN, POLL_NANOS_MAX);
    if (!wire.weather().isClear()) {
      if (!wire.weather().cuts(wire.node(), Server.KAFKA).isEmpty()) {
        nanos += 100 * NANOS_PER_MILLI;
      }
      for (Fault.Delay delay : wire.weather().all(Fault.Delay.class)) {
        wire.weather().count(delay);
        nanos += wire.draw().between(0L, delay.millisMax()) * NANOS_PER_MILLI;
      }
    }
    return nanos;
  }

  private Delivery watched(Delivery delivery) {
    return new Delivery(
        delivery.cluster(),
        delivery.topic(),
        delivery.partition(),
        delivery.offset(),
        delivery.key(),
        delivery.value(),
        () -> acknowledge(delivery));
  }

  private void acknowledge(Delivery delivery) {
    if (wire.life().isOver()) {
      return;
    }
    watch.acknowledged(wire.node(), delivery);
    if (uncommitted.isEmpty()) {
      wire.loop()
          .afterNanos(wire.draw().below(COMMIT_NANOS_MAX), () -> wire.life().run(this::commit));
    }
    uncommitted.add(delivery);
  }

  /** All at once, as a client does every so often: what it does not get to comes again. */
  private void commit() {
    List<Delivery> done = List.copyOf(uncommitted);
    uncommitted.clear();
    done.forEach(delivery -> delivery.acknowledgement().acknowledge());
  }

  @Override
  public Mono<Void> send(OutgoingRecord message) {
    return Mono.defer(
        () -> {
          boolean lost = isLost();
          return wire.callThat(
              Server.KAFKA,
              lost,
              lost && wire.draw().hits(EVEN_PERMILLE),
              () -> Mono.fromRunnable(() -> arrive(message)));
        });
  }

  private boolean isLost() {
    for (Fault.Lose lose : wire.weather().all(Fault.Lose.class)) {
      if (wire.draw().hits(lose.permille())) {
        wire.weather().count(lose);
        return true;
      }
    }
    return false;
  }

  private void arrive(OutgoingRecord message) {
    watch.appended(wire.node(), broker.publish(message));
    for (Fault.Duplicate duplicate : wire.weather().all(Fault.Duplicate.class)) {
      if (wire.draw().hits(duplicate.permille())) {
        wire.weather().count(duplicate);
        watch.appended(wire.node(), broker.publish(message));
      }
    }
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
