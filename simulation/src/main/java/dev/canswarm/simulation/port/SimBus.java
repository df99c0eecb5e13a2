package dev.canswarm.simulation.port;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The broker as one process reaches it: a group member while the process is alive. Records and
 * acknowledgements take time; a process that crashes in between receives the record again.
 */
public final class SimBus implements Bus {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int POLL_NANOS_MIN = 10_000;
  private static final int POLL_NANOS_MAX = 400_000;
  private static final int COMMIT_NANOS_MAX = 20_000_000;

  private final Link link;
  private final MemoryBroker broker;
  private final MemoryBus bus;
  private final Observer observer;
  private final List<Delivery> uncommitted = new ArrayList<>();

  /** Records that were polled and did not arrive yet, by topic and partition. */
  private final Map<String, Long> onTheirWay = new HashMap<>();

  private @Nullable Subscription membership;

  public SimBus(Link link, MemoryBroker broker, MemoryBus bus, Observer observer) {
    this.link = link;
    this.broker = broker;
    this.bus = bus;
    this.observer = observer;
  }

  @Override
  public Flux<List<Delivery>> batches() {
    return bus.batches()
        .doOnSubscribe(this::joined)
        .doOnNext(batch -> batch.forEach(delivery -> polled(delivery, 1)))
        .concatMap(batch -> arrives(() -> batch.stream().map(this::given).toList()), 1);
  }

  @Override
  public void hold(Set<String> topics) {
    bus.hold(topics);
  }

  private void polled(Delivery delivery, long records) {
    onTheirWay.merge(place(delivery.topic(), delivery.partition()), records, Long::sum);
  }

  private Delivery given(Delivery delivery) {
    polled(delivery, -1);
    return watched(delivery);
  }

  private static String place(String topic, int partition) {
    return topic + "/" + partition;
  }

  private void joined(Subscription subscription) {
    membership = subscription;
  }

  /** Leaves the consumer group, as when the broker notices that the process is gone. */
  public void leave() {
    Subscription member = membership;
    membership = null;
    if (member != null) {
      member.cancel();
    }
  }

  private <T> Mono<T> arrives(Supplier<T> polled) {
    return Mono.create(sink -> arriveLater(polled, sink));
  }

  private <T> void arriveLater(Supplier<T> polled, MonoSink<T> sink) {
    link.loop()
        .afterNanos(
            pollNanos(),
            () ->
                link.incarnation()
                    .run(
                        () -> {
                          if (isCut()) {
                            arriveLater(polled, sink);
                          } else {
                            sink.success(polled.get());
                          }
                        }));
  }

  private boolean isCut() {
    if (link.activeFaults().isClear()) {
      return false;
    }
    for (Fault.Cut cut : link.activeFaults().cuts(link.node(), Server.KAFKA)) {
      link.activeFaults().count(cut);
      return true;
    }
    return false;
  }

  private long pollNanos() {
    long nanos = link.random().between(POLL_NANOS_MIN, POLL_NANOS_MAX);
    if (!link.activeFaults().isClear()) {
      if (!link.activeFaults().cuts(link.node(), Server.KAFKA).isEmpty()) {
        nanos += 100 * NANOS_PER_MILLI;
      }
      for (Fault.Delay delay : link.activeFaults().all(Fault.Delay.class)) {
        link.activeFaults().count(delay);
        nanos += link.random().between(0L, delay.millisMax()) * NANOS_PER_MILLI;
      }
    }
    return nanos;
  }

  private Delivery watched(Delivery delivery) {
    return delivery.with(() -> acknowledge(delivery));
  }

  private void acknowledge(Delivery delivery) {
    if (link.incarnation().isOver()) {
      return;
    }
    observer.acknowledged(link.node(), delivery);
    if (uncommitted.isEmpty()) {
      link.loop()
          .afterNanos(
              link.random().below(COMMIT_NANOS_MAX), () -> link.incarnation().run(this::commit));
    }
    uncommitted.add(delivery);
  }

  /**
   * Commits all acknowledged records at once, as a client does periodically. Records not yet
   * committed are delivered again after a crash.
   */
  private void commit() {
    List<Delivery> done = List.copyOf(uncommitted);
    uncommitted.clear();
    done.forEach(delivery -> delivery.acknowledgement().acknowledge());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Some records of a list that fails may have arrived, in the order of the list for each key,
   * as with an idempotent producer.
   */
  @Override
  public Mono<Void> send(List<OutgoingRecord> records) {
    if (records.isEmpty()) {
      return Mono.empty();
    }
    return Mono.defer(
        () -> {
          boolean lost = isLost();
          int arriving = lost ? (int) link.random().below(records.size() + 1) : records.size();
          return link.callThat(
              Server.KAFKA,
              lost,
              lost && arriving > 0,
              () -> Mono.fromRunnable(() -> records.subList(0, arriving).forEach(this::arrive)));
        });
  }

  private boolean isLost() {
    for (Fault.Lose lose : link.activeFaults().all(Fault.Lose.class)) {
      if (link.random().hits(lose.permille())) {
        link.activeFaults().count(lose);
        return true;
      }
    }
    return false;
  }

  private void arrive(OutgoingRecord message) {
    observer.appended(link.node(), broker.publish(message));
    for (Fault.Duplicate duplicate : link.activeFaults().all(Fault.Duplicate.class)) {
      if (link.random().hits(duplicate.permille())) {
        link.activeFaults().count(duplicate);
        observer.appended(link.node(), broker.publish(message));
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
  public long lag(String topic, int partition) {
    return bus.lag(topic, partition) + onTheirWay.getOrDefault(place(topic, partition), 0L);
  }

  @Override
  public int partitionOf(ThreadId thread) {
    return bus.partitionOf(thread);
  }
}
