package dev.canswarm.port.memory;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One process's view of a {@link MemoryBroker}: a member of its group while its batches are
 * subscribed to. A batch is emitted on the thread that made it possible: the one that sends,
 * requests or acknowledges. An acknowledgement counts at once, up to the first record of its
 * topic-partition that is not acknowledged; records behind that one are delivered again to the next
 * subscription.
 */
public final class MemoryBus implements Bus {
  private final MemoryBroker broker;
  private final String groupId;
  private final Set<String> topics;
  private final Bounds bounds;
  private final AtomicReference<@Nullable MemoryBusSubscription> current = new AtomicReference<>();
  private volatile Set<String> held = Set.of();

  /**
   * How much it takes.
   *
   * @param inFlightMax records delivered and not yet passed by the watermark, at least 1
   * @param inFlightBytesMax bytes of their values; the last one taken may go past it
   * @param pollRecordsMax most records of the next batch, at least 1; asked for each batch, so that
   *     a simulation can draw it
   */
  public record Bounds(int inFlightMax, long inFlightBytesMax, IntSupplier pollRecordsMax) {
    private static final int POLL_RECORDS_MAX = 500;

    /** Bounded by records alone. */
    public static Bounds ofRecords(int inFlightMax) {
      return new Bounds(inFlightMax, Long.MAX_VALUE, () -> POLL_RECORDS_MAX);
    }
  }

  /**
   * @param groupId buses of one group share the partitions; they must read the same topics
   * @param inFlightMax records delivered and not yet passed by the watermark, at least 1
   */
  public MemoryBus(
      MemoryBroker broker, String groupId, Collection<String> topics, int inFlightMax) {
    this(broker, groupId, topics, Bounds.ofRecords(inFlightMax));
  }

  /**
   * @param groupId buses of one group share the partitions; they must read the same topics
   */
  public MemoryBus(MemoryBroker broker, String groupId, Collection<String> topics, Bounds bounds) {
    if (bounds.inFlightMax() < 1) {
      throw new IllegalArgumentException(
          "inFlightMax: expected at least 1, got " + bounds.inFlightMax());
    }
    this.broker = broker;
    this.groupId = groupId;
    this.topics = new TreeSet<>(topics);
    this.bounds = bounds;
  }

  @Override
  public Flux<List<Delivery>> batches() {
    return Flux.from(target -> subscribe(Operators.toCoreSubscriber(target)));
  }

  private boolean holds(String topic) {
    return held.contains(topic);
  }

  @Override
  public void hold(Set<String> topicsHeld) {
    held = Set.copyOf(topicsHeld);
    broker.wake();
  }

  @Override
  public Mono<Void> send(List<OutgoingRecord> records) {
    return Mono.create(
        sink -> {
          records.forEach(broker::append);
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
  public long lag(String topic, int partition) {
    MemoryBusSubscription member = current.get();
    return member == null ? 0 : broker.lag(member, topic, partition);
  }

  @Override
  public int partitionOf(ThreadId thread) {
    return MemoryBusPartitions.partitionOf(
        thread.text().getBytes(StandardCharsets.UTF_8), broker.partitions());
  }

  /** Records delivered to the current subscription and not yet passed by the watermark. */
  public int inFlight() {
    MemoryBusSubscription member = current.get();
    return member == null ? 0 : broker.inFlight(member);
  }

  private void subscribe(CoreSubscriber<? super List<Delivery>> subscriber) {
    MemoryBusSubscription member =
        new MemoryBusSubscription(
            broker, List.copyOf(topics), bounds, this::holds, subscriber, this::leave);
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
