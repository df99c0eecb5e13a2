package dev.canswarm.port.memory;

import dev.canswarm.port.memory.MemoryBroker.Place;
import dev.canswarm.port.memory.MemoryBroker.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The members of a group and what it has acknowledged. Guarded by the broker's lock. Each change of
 * membership reassigns all partitions by ranges, like Kafka's range assignor with the eager
 * protocol: records in flight are delivered again, and late acknowledgements move nothing.
 */
final class MemoryBusGroup {
  private final int partitions;
  private final LongSupplier nextAssignment;
  private final Function<Place, List<Stored>> logs;
  private final Map<Place, Long> committed = new HashMap<>();
  private final List<MemoryBusSubscription> members = new ArrayList<>();

  /**
   * @param nextAssignment answers a number larger than all before, at least 1
   * @param logs the records of each topic-partition
   */
  MemoryBusGroup(int partitions, LongSupplier nextAssignment, Function<Place, List<Stored>> logs) {
    this.logs = logs;
    this.partitions = partitions;
    this.nextAssignment = nextAssignment;
  }

  List<MemoryBusSubscription> members() {
    return List.copyOf(members);
  }

  /** The first offset of a topic-partition that is not acknowledged. */
  long committed(Place place) {
    return committed.getOrDefault(place, 0L);
  }

  void join(MemoryBusSubscription member) {
    members.add(member);
    rebalance();
  }

  void leave(MemoryBusSubscription member) {
    if (members.remove(member)) {
      member.revokeAll();
      rebalance();
    }
  }

  private void rebalance() {
    members.forEach(MemoryBusSubscription::revokeAll);
    long assignment = nextAssignment.getAsLong();
    for (int partition = 0; partition < partitions; partition++) {
      if (members.isEmpty()) {
        return;
      }
      MemoryBusSubscription owner =
          members.get((int) ((long) partition * members.size() / partitions));
      for (String topic : owner.topics()) {
        Place place = new Place(topic, partition);
        owner.assign(
            place,
            new MemoryBusCursor(
                logs.apply(place), committed(place), offset -> committed.put(place, offset)),
            assignment);
      }
    }
  }
}
