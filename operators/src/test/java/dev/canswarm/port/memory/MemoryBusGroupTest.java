package dev.canswarm.port.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

class MemoryBusGroupTest {
  @Property(tries = 60)
  void everyPartitionHasOneMemberAndMembersHaveEqualShares(
      @ForAll @IntRange(min = 1, max = 16) int partitions,
      @ForAll @IntRange(min = 1, max = 6) int joining,
      @ForAll @IntRange(min = 0, max = 5) int leaving) {
    MemoryBroker broker = new MemoryBroker("memory", partitions);
    List<MemoryBus> buses = new ArrayList<>();
    List<Disposable> members = new ArrayList<>();
    for (int i = 0; i < joining; i++) {
      MemoryBus bus = new MemoryBus(broker, "group", List.of("a", "b"), 10);
      BaseSubscriber<Object> member = new BaseSubscriber<>() {};
      bus.batches().subscribe(member);
      buses.add(bus);
      members.add(member);
      assertShared(buses, partitions);
    }
    for (int i = 0; i < Math.min(leaving, joining - 1); i++) {
      members.remove(0).dispose();
      assertThat(buses.remove(0).assignedPartitions()).isEmpty();
      assertShared(buses, partitions);
    }
  }

  @Property(tries = 30)
  void everyRebalanceGivesEachPartitionALargerNumber(
      @ForAll @IntRange(min = 2, max = 6) int joining) {
    MemoryBroker broker = new MemoryBroker("memory", 1);
    MemoryBus first = new MemoryBus(broker, "group", List.of("a"), 10);
    first.batches().subscribe(new BaseSubscriber<>() {});
    long number = first.assignment(0);
    assertThat(number).isPositive();
    for (int i = 1; i < joining; i++) {
      BaseSubscriber<Object> other = new BaseSubscriber<>() {};
      new MemoryBus(broker, "group", List.of("a"), 10).batches().subscribe(other);
      other.cancel();
      assertThat(first.assignment(0)).isGreaterThan(number);
      number = first.assignment(0);
    }
  }

  @Test
  void membersHaveRangesOfPartitionsInTheOrderInWhichTheyJoined() {
    MemoryBroker broker = new MemoryBroker("memory", 5);
    List<MemoryBus> buses = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      MemoryBus bus = new MemoryBus(broker, "group", List.of("a"), 10);
      bus.batches().subscribe(new BaseSubscriber<>() {});
      buses.add(bus);
    }
    assertThat(buses.get(0).assignedPartitions()).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(buses.get(1).assignedPartitions()).containsExactlyInAnyOrder(3, 4);
  }

  @Test
  void whoLeftAcknowledgesNothingAnyMore() {
    MemoryBroker broker = new MemoryBroker("memory", 1);
    List<Delivery> earlier = new ArrayList<>();
    Disposable leaving =
        new MemoryBus(broker, "group", List.of("a"), 10).batches().subscribe(earlier::addAll);
    broker.publish(new OutgoingRecord("a", new byte[0], new byte[0], new TreeMap<>()));
    leaving.dispose();
    earlier.get(0).acknowledgement().acknowledge();
    List<Delivery> again = new ArrayList<>();
    new MemoryBus(broker, "group", List.of("a"), 10).batches().subscribe(again::addAll);
    assertThat(again).extracting(Delivery::offset).containsExactly(0L);
  }

  private static void assertShared(List<MemoryBus> buses, int partitions) {
    List<Integer> all = new ArrayList<>();
    for (MemoryBus bus : buses) {
      int share = bus.assignedPartitions().size();
      assertThat(share)
          .isBetween(partitions / buses.size(), -Math.floorDiv(-partitions, buses.size()));
      all.addAll(bus.assignedPartitions());
    }
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, partitions).boxed().toList());
  }
}
