package dev.canswarm.port.memory;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The log behind {@link MemoryBus}: topics with partitions that keep every record, and groups with
 * what each has acknowledged. Two buses with different groups each see everything; buses of one
 * group share the partitions.
 *
 * <p>Deterministic: with the same calls in the same order from one thread, the same records come in
 * the same order; there are no threads, clocks or random numbers inside. Safe for use by several
 * threads. Keeps all records for as long as it lives: for tests and simulation only.
 */
public final class MemoryBroker {
  /** A record in the log. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Stored(
      String topic,
      int partition,
      long offset,
      long sequence,
      byte @Nullable [] key,
      byte @Nullable [] value,
      SortedMap<String, String> headers) {}

  record Place(String topic, int partition) {
    static Place of(Stored stored) {
      return new Place(stored.topic(), stored.partition());
    }
  }

  private final Object lock = new Object();
  private final String cluster;
  private final int partitions;
  private final IntUnaryOperator pick;
  private final SortedMap<String, List<List<Stored>>> logs = new TreeMap<>();
  private final SortedMap<String, MemoryBusGroup> groups = new TreeMap<>();
  private long sequence;
  private long assignments;
  private int unkeyed;

  /** A broker that delivers the oldest record of all topics and partitions first. */
  public MemoryBroker(String cluster, int partitions) {
    this(cluster, partitions, candidates -> 0);
  }

  /**
   * @param pick given how many topic-partitions have a record for a member (sorted by that record's
   *     age, oldest first), answers which one goes next: a simulation draws it, since topics have
   *     no order among each other
   */
  public MemoryBroker(String cluster, int partitions, IntUnaryOperator pick) {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions: expected at least 1, got " + partitions);
    }
    this.cluster = cluster;
    this.partitions = partitions;
    this.pick = pick;
  }

  /** All records of a topic by partition, then offset. */
  public List<Stored> records(String topic) {
    synchronized (lock) {
      return log(topic).stream().flatMap(List::stream).toList();
    }
  }

  /** How many partitions every topic has. */
  public int partitions() {
    return partitions;
  }

  /**
   * Appends a record, and delivers to every member up to its demand before this returns.
   *
   * @return the record with its offset
   */
  public Stored publish(OutgoingRecord message) {
    Stored added = append(message);
    wake();
    return added;
  }

  /** {@link #publish(OutgoingRecord)} to a partition of the sender's choice. */
  public Stored publish(OutgoingRecord message, int partition) {
    Stored added;
    synchronized (lock) {
      added = append(message, partition);
    }
    wake();
    return added;
  }

  /**
   * How many records of these topics a group has not acknowledged: those in flight, and those still
   * to come.
   */
  public long unacknowledged(String groupId, Collection<String> topics) {
    synchronized (lock) {
      MemoryBusGroup group = groups.get(groupId);
      long left = 0;
      for (String topic : topics) {
        List<List<Stored>> log = log(topic);
        for (int partition = 0; partition < partitions; partition++) {
          long done = group == null ? 0 : group.committed(new Place(topic, partition));
          left += log.get(partition).size() - done;
        }
      }
      return left;
    }
  }

  Stored append(OutgoingRecord message) {
    synchronized (lock) {
      byte[] key = message.key();
      int partition =
          key == null ? unkeyed++ % partitions : MemoryBusPartitions.partitionOf(key, partitions);
      return append(message, partition);
    }
  }

  private Stored append(OutgoingRecord message, int partition) {
    synchronized (lock) {
      List<Stored> log = log(message.topic()).get(partition);
      Stored added =
          new Stored(
              message.topic(),
              partition,
              log.size(),
              sequence++,
              message.key(),
              message.value(),
              new TreeMap<>(message.headers()));
      log.add(added);
      return added;
    }
  }

  /** Lets every member take what it has demand for. Called without the lock: it emits. */
  void wake() {
    List<MemoryBusSubscription> all;
    synchronized (lock) {
      all = groups.values().stream().flatMap(group -> group.members().stream()).toList();
    }
    all.forEach(MemoryBusSubscription::drain);
  }

  void join(String groupId, MemoryBusSubscription member) {
    synchronized (lock) {
      groups
          .computeIfAbsent(
              groupId, id -> new MemoryBusGroup(partitions, () -> ++assignments, this::log))
          .join(member);
    }
  }

  void leave(String groupId, MemoryBusSubscription member) {
    synchronized (lock) {
      MemoryBusGroup group = groups.get(groupId);
      if (group != null) {
        group.leave(member);
      }
    }
  }

  void request(MemoryBusSubscription member, long count) {
    synchronized (lock) {
      member.addDemand(count);
    }
  }

  List<Integer> assigned(MemoryBusSubscription member) {
    synchronized (lock) {
      return member.cursors().keySet().stream().map(Place::partition).distinct().sorted().toList();
    }
  }

  long assignment(MemoryBusSubscription member, int partition) {
    synchronized (lock) {
      return member.assignment(partition);
    }
  }

  long lag(MemoryBusSubscription member, String topic, int partition) {
    synchronized (lock) {
      MemoryBusCursor cursor = member.cursors().get(new Place(topic, partition));
      return cursor == null ? 0 : cursor.lag();
    }
  }

  int inFlight(MemoryBusSubscription member) {
    synchronized (lock) {
      return member.inFlight();
    }
  }

  /** The next records for a member that has demand, as many as one poll gives; may be empty. */
  List<Delivery> nextBatch(MemoryBusSubscription member) {
    synchronized (lock) {
      if (!member.hasDemand()) {
        return List.of();
      }
      int recordsMax = member.pollRecordsMax();
      List<Delivery> batch = new ArrayList<>();
      while (batch.size() < recordsMax) {
        Delivery delivery = take(member);
        if (delivery == null) {
          break;
        }
        batch.add(delivery);
      }
      if (!batch.isEmpty()) {
        member.demandMet();
      }
      return batch;
    }
  }

  private @Nullable Delivery take(MemoryBusSubscription member) {
    if (!member.hasRoom()) {
      return null;
    }
    List<Stored> heads = new ArrayList<>();
    for (Map.Entry<Place, MemoryBusCursor> entry : member.cursors().entrySet()) {
      Stored head = member.holds(entry.getKey().topic()) ? null : entry.getValue().head();
      if (head != null) {
        heads.add(head);
      }
    }
    if (heads.isEmpty()) {
      return null;
    }
    heads.sort(Comparator.comparingLong(Stored::sequence));
    Stored head = heads.get(pick.applyAsInt(heads.size()));
    MemoryBusCursor cursor = member.take(head);
    return Delivery.of(
            new RecordPosition(cluster, head.topic(), head.partition(), head.offset()),
            head.key(),
            head.value(),
            () -> acknowledge(member, cursor, head.offset()))
        .within(traceparent(head));
  }

  private static byte @Nullable [] traceparent(Stored record) {
    String header = record.headers().get(Delivery.TRACEPARENT);
    byte[] value = header == null ? null : header.getBytes(StandardCharsets.UTF_8);
    return value == null || value.length != Delivery.TRACEPARENT_BYTES ? null : value;
  }

  private void acknowledge(MemoryBusSubscription member, MemoryBusCursor cursor, long offset) {
    synchronized (lock) {
      member.release(cursor.done(offset));
    }
    member.drain();
  }

  private List<Stored> log(Place place) {
    return log(place.topic()).get(place.partition());
  }

  private List<List<Stored>> log(String topic) {
    return logs.computeIfAbsent(
        topic,
        name -> {
          List<List<Stored>> log = new ArrayList<>();
          for (int i = 0; i < partitions; i++) {
            log.add(new ArrayList<>());
          }
          return log;
        });
  }
}
