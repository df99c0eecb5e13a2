package dev.canswarm.port.memory;

import dev.canswarm.port.Delivery;
import dev.canswarm.port.memory.MemoryBroker.Place;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One subscription to {@link MemoryBus#deliveries()}: a member of its group until it is cancelled.
 * Its state is guarded by the broker's lock; it emits outside the lock, one record at a time.
 */
final class MemoryBusSubscription implements Subscription {
  private final MemoryBroker broker;
  private final List<String> topics;
  private final int inFlightMax;
  private final CoreSubscriber<? super Delivery> actual;
  private final Consumer<MemoryBusSubscription> left;
  private final AtomicInteger drainsWanted = new AtomicInteger();
  private final SortedMap<Place, MemoryBusCursor> cursors =
      new TreeMap<>(Comparator.comparing(Place::topic).thenComparingInt(Place::partition));
  private final Map<Integer, Long> assignments = new HashMap<>();
  private long demand;
  private int inFlight;

  MemoryBusSubscription(
      MemoryBroker broker,
      List<String> topics,
      int inFlightMax,
      CoreSubscriber<? super Delivery> actual,
      Consumer<MemoryBusSubscription> left) {
    this.broker = broker;
    this.topics = topics;
    this.inFlightMax = inFlightMax;
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
      Delivery delivery = broker.next(this);
      while (delivery != null) {
        actual.onNext(delivery);
        delivery = broker.next(this);
      }
      missed = drainsWanted.addAndGet(-missed);
    } while (missed != 0);
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

  boolean hasRoom() {
    return demand > 0 && inFlight < inFlightMax;
  }

  MemoryBusCursor take(Place place) {
    MemoryBusCursor cursor = cursors.get(place);
    if (cursor == null) {
      throw new IllegalStateException(place + " is not assigned");
    }
    cursor.take();
    inFlight++;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    return cursor;
  }

  void release(int freed) {
    inFlight -= freed;
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
