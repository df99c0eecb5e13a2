package dev.canswarm.port.memory;

import dev.canswarm.port.Delivery;
import dev.canswarm.port.memory.MemoryBroker.Place;
import dev.canswarm.port.memory.MemoryBroker.Stored;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One subscription to {@link MemoryBus#batches()}: a member of its group until it is cancelled. Its
 * state is guarded by the broker's lock; it emits outside the lock, one signal at a time.
 */
final class MemoryBusSubscription implements Subscription {
  private final MemoryBroker broker;
  private final List<String> topics;
  private final MemoryBus.Bounds bounds;
  private final Predicate<String> held;
  private final CoreSubscriber<? super List<Delivery>> actual;
  private final Consumer<MemoryBusSubscription> left;
  private final AtomicInteger drainsWanted = new AtomicInteger();
  private final SortedMap<Place, MemoryBusCursor> cursors =
      new TreeMap<>(Comparator.comparing(Place::topic).thenComparingInt(Place::partition));
  private final Map<Integer, Long> assignments = new HashMap<>();
  private long demand;
  private int inFlight;
  private long inFlightBytes;

  MemoryBusSubscription(
      MemoryBroker broker,
      List<String> topics,
      MemoryBus.Bounds bounds,
      Predicate<String> held,
      CoreSubscriber<? super List<Delivery>> actual,
      Consumer<MemoryBusSubscription> left) {
    this.broker = broker;
    this.topics = topics;
    this.bounds = bounds;
    this.held = held;
    this.actual = actual;
    this.left = left;
  }

  @Override
  public void request(long count) {
    if (Operators.validate(count)) {
      broker.request(this, count);
      drain();
    }
  }

  @Override
  public void cancel() {
    left.accept(this);
  }

  /** Emits while there is a record, demand and room. A call from within an emission returns. */
  void drain() {
    if (drainsWanted.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      while (emit()) {
        // Until there is nothing to emit.
      }
      missed = drainsWanted.addAndGet(-missed);
    } while (missed != 0);
  }

  /** Emits the next batch. Returns false if there is no record, demand or room. */
  private boolean emit() {
    List<Delivery> batch = broker.nextBatch(this);
    if (!batch.isEmpty()) {
      actual.onNext(batch);
    }
    return !batch.isEmpty();
  }

  List<String> topics() {
    return topics;
  }

  SortedMap<Place, MemoryBusCursor> cursors() {
    return Collections.unmodifiableSortedMap(cursors);
  }

  int inFlight() {
    return inFlight;
  }

  void addDemand(long count) {
    demand = Operators.addCap(demand, count);
  }

  boolean hasDemand() {
    return demand > 0;
  }

  void demandMet() {
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
  }

  boolean hasRoom() {
    return inFlight < bounds.inFlightMax() && inFlightBytes < bounds.inFlightBytesMax();
  }

  int pollRecordsMax() {
    return bounds.pollRecordsMax().getAsInt();
  }

  boolean holds(String topic) {
    return held.test(topic);
  }

  MemoryBusCursor take(Stored head) {
    Place place = Place.of(head);
    MemoryBusCursor cursor = cursors.get(place);
    if (cursor == null) {
      throw new IllegalStateException(place + " is not assigned");
    }
    cursor.take();
    inFlight++;
    inFlightBytes += bytes(head);
    return cursor;
  }

  void release(List<Stored> freed) {
    inFlight -= freed.size();
    for (Stored stored : freed) {
      inFlightBytes -= bytes(stored);
    }
  }

  private static long bytes(Stored stored) {
    byte[] value = stored.value();
    return value == null ? 0 : value.length;
  }

  /** The number of a partition's assignment, or 0 while it has none. */
  long assignment(int partition) {
    return assignments.getOrDefault(partition, 0L);
  }

  void assign(Place place, MemoryBusCursor cursor, long assignment) {
    cursors.put(place, cursor);
    assignments.put(place.partition(), assignment);
  }

  void revokeAll() {
    cursors.values().forEach(cursor -> release(cursor.revoke()));
    cursors.clear();
    assignments.clear();
  }
}
