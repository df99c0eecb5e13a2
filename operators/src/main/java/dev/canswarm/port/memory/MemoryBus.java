package dev.canswarm.port.memory;

import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One process's view of a {@link MemoryBroker}: a member of its group while its deliveries are
 * subscribed to. A record is emitted on the thread that made it possible: the one that sends,
 * requests or acknowledges. An acknowledgement counts at once, up to the first record of its
 * topic-partition that is not acknowledged; what is past that comes again to the next subscription.
 */
public final class MemoryBus implements Bus {
  private final MemoryBroker broker;
  private final String groupId;
  private final Set<String> topics;
  private final int inFlightMax;
  private final AtomicReference<@Nullable MemoryBusSubscription> current = new AtomicReference<>();

  /**
   * @param groupId buses of one group share the partitions; they must read the same topics
   * @param inFlightMax records delivered and not yet passed by the watermark, at least 1
   */
  public MemoryBus(
      MemoryBroker broker, String groupId, Collection<String> topics, int inFlightMax) {
    if (inFlightMax < 1) {
      throw new IllegalArgumentException("inFlightMax: expected at least 1, got " + inFlightMax);
    }
    this.broker = broker;
    this.groupId = groupId;
    this.topics = new TreeSet<>(topics);
    this.inFlightMax = inFlightMax;
  }

  @Override
  public Flux<Delivery> deliveries() {
    return Flux.from(subscriber -> subscribe(Operators.toCoreSubscriber(subscriber)));
  }

  @Override
  public Mono<Void> send(OutgoingRecord message) {
    return Mono.create(
        sink -> {
          broker.append(message);
          sink.success();
          broker.wake();
        });
  }

  @Override
  public Set<Integer> assignedPartitions() {
    MemoryBusSubscription member = current.get();
    return member == null ? Set.of() : new TreeSet<>(broker.assigned(member));
  }

  @Override
  public long assignment(int partition) {
    MemoryBusSubscription member = current.get();
    return member == null ? 0 : broker.assignment(member, partition);
  }

  @Override
  public int partitionOf(String key) {
    return MemoryBusPartitions.partitionOf(
        key.getBytes(StandardCharsets.UTF_8), broker.partitions());
  }

  /** Records delivered to the current subscription and not yet passed by the watermark. */
  public int inFlight() {
    MemoryBusSubscription member = current.get();
    return member == null ? 0 : broker.inFlight(member);
  }

  private void subscribe(CoreSubscriber<? super Delivery> subscriber) {
    MemoryBusSubscription member =
        new MemoryBusSubscription(
            broker, topics.stream().toList(), inFlightMax, subscriber, this::leave);
    if (!current.compareAndSet(null, member)) {
      Operators.error(
          subscriber,
          new IllegalStateException(
              "the bus of group " + groupId + " has a subscription already: cancel it first"));
      return;
    }
    broker.join(groupId, member);
    subscriber.onSubscribe(member);
    broker.wake();
  }

  private void leave(MemoryBusSubscription member) {
    if (current.compareAndSet(member, null)) {
      broker.leave(groupId, member);
      broker.wake();
    }
  }
}
