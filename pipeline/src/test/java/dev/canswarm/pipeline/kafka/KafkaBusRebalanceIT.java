package dev.canswarm.pipeline.kafka;

import static dev.canswarm.pipeline.kafka.KafkaBuses.PARTITIONS;
import static dev.canswarm.pipeline.kafka.KafkaBuses.keyOf;
import static dev.canswarm.port.BusRecords.message;
import static dev.canswarm.port.BusRecords.send;
import static dev.canswarm.port.BusRecords.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.BusRecords;
import dev.canswarm.port.Delivery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class KafkaBusRebalanceIT {
  private static final int PER_PARTITION = 10;

  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void lateAcknowledgementsOfAnOldAssignmentCommitNothingAndWhatWasNotDoneComesAgain() {
    KafkaBus first = buses.open("shared", 1_000, 7);
    KafkaBus second = buses.open("shared", 1_000, 7);
    String topic = buses.topics().get(0);
    for (int i = 0; i < PER_PARTITION * PARTITIONS; i++) {
      send(first, topic, keyOf(first, i % PARTITIONS), "value-" + i);
    }
    BusProbe seenByFirst = BusProbe.on(first);
    List<Delivery> old = seenByFirst.next(PER_PARTITION * PARTITIONS);

    BusProbe seenBySecond = BusProbe.on(second);
    List<Delivery> again = new ArrayList<>(seenByFirst.next(PER_PARTITION * PARTITIONS / 2));
    again.addAll(seenBySecond.next(PER_PARTITION * PARTITIONS / 2));
    old.forEach(delivery -> delivery.acknowledgement().acknowledge());

    assertThat(again).extracting(BusRecords::value).hasSize(40).doesNotHaveDuplicates();
    assertThat(first.assignedPartitions()).hasSize(2);
    assertThat(second.assignedPartitions()).hasSize(2);
    again.stream()
        .filter(d -> d.partition() % 2 == 1 || d.offset() > 0)
        .forEach(delivery -> delivery.acknowledgement().acknowledge());
    for (int odd : new int[] {1, 3}) {
      BusProbe.await(
          "partition %d committed to its end".formatted(odd),
          () -> buses.committed("shared", topic, odd).orElse(0) == PER_PARTITION);
    }
    assertThat(buses.committed("shared", topic, 0).orElse(0)).isZero();
    assertThat(buses.committed("shared", topic, 2).orElse(0)).isZero();
    assertThat(first.inFlight() + second.inFlight()).isEqualTo(2);
    assertThat(first.uncommitted() + second.uncommitted()).isEqualTo(2 * PER_PARTITION);
  }

  @Test
  void whatIsDoneWithoutAHoleIsCommittedWhenAPartitionIsTakenAway() {
    KafkaBus first = buses.openWithoutIntervals("revoke", 1_000, 7);
    KafkaBus second = buses.openWithoutIntervals("revoke", 1_000, 7);
    String topic = buses.topics().get(0);
    for (int i = 0; i < PER_PARTITION * PARTITIONS; i++) {
      send(first, topic, keyOf(first, i % PARTITIONS), "value-" + i);
    }
    BusProbe seenByFirst = BusProbe.on(first);
    seenByFirst.next(PER_PARTITION * PARTITIONS).stream()
        .filter(delivery -> delivery.offset() != PER_PARTITION - 2)
        .forEach(delivery -> delivery.acknowledgement().acknowledge());

    BusProbe seenBySecond = BusProbe.on(second);
    List<Delivery> again = new ArrayList<>(seenByFirst.next(PARTITIONS));
    again.addAll(seenBySecond.next(PARTITIONS));

    seenByFirst.expectQuiet();
    seenBySecond.expectQuiet();
    assertThat(again)
        .extracting(Delivery::offset)
        .containsOnly(PER_PARTITION - 2L, PER_PARTITION - 1L);
  }

  @Test
  void membersComeAndGoAndEveryRecordIsDeliveredAndDone() {
    int records = 4_000;
    Set<String> seen = ConcurrentHashMap.newKeySet();
    KafkaBus first = buses.open("crowd", 64, 20);
    first.batches().subscribe(batch -> done(batch, seen));
    Flux<Void> sending =
        Flux.range(0, records)
            .flatMap(
                i -> first.send(message(buses.topics().get(i % 2), "key-" + i, "value-" + i)), 64);
    var sends = sending.then().toFuture();

    BusProbe.await("a quarter", () -> seen.size() > records / 4);
    KafkaBus second = buses.open("crowd", 64, 20);
    var gone = second.batches().subscribe(batch -> done(batch, seen));
    BusProbe.await("a second member", () -> second.assignedPartitions().size() == 2);
    gone.dispose();
    KafkaBus third = buses.open("crowd", 64, 20);
    third.batches().subscribe(batch -> done(batch, seen));
    BusProbe.await("a third member", () -> third.assignedPartitions().size() == 2);

    BusProbe.await("all sent", sends::isDone);
    BusProbe.await("all delivered", () -> seen.size() == records);
    BusProbe.await(
        "all committed",
        () ->
            buses.committed("crowd").values().stream().mapToLong(Long::longValue).sum() == records);
    assertThat(first.inFlight() + third.inFlight()).isZero();
    assertThat(sends).isCompleted();
  }

  @Test
  void partitionsThatWerePausedWhenTheyWentAreReadWhenTheyComeBack() {
    int records = 50 * PARTITIONS;
    KafkaBus first = buses.open("returned", 1_000, 5);
    KafkaBus second = buses.open("returned", 1_000, 5);
    String topic = buses.topics().get(0);
    for (int i = 0; i < records; i++) {
      send(first, topic, keyOf(first, i % PARTITIONS), "value-" + i);
    }
    BusProbe stays = BusProbe.on(first, 0);
    BusProbe.await("all paused", () -> first.pausedPartitions() == 2 * PARTITIONS);

    BusProbe goes = BusProbe.on(second, 0);
    BusProbe.await("a second member", () -> second.assignedPartitions().size() == 2);
    stays.request(Long.MAX_VALUE);
    Set<String> seen = new HashSet<>();
    while (seen.size() < records / 2) {
      Delivery delivery = stays.next();
      seen.add(value(delivery));
      delivery.acknowledgement().acknowledge();
    }
    goes.cancel();

    while (seen.size() < records) {
      seen.add(value(stays.next()));
    }
  }

  @Test
  void aMemberThatTheGroupThrewOutJoinsAgainAndLosesNothing() throws Exception {
    KafkaBus bus = buses.open("thrown", 100, 5);
    String topic = buses.topics().get(0);
    List<String> values = List.of("one", "two", "three");
    values.forEach(v -> send(bus, topic, "key", v));
    BusProbe probe = BusProbe.on(bus);
    List<Delivery> held = probe.next(3);

    buses
        .admin()
        .removeMembersFromConsumerGroup(
            buses.group("thrown"), new RemoveMembersFromConsumerGroupOptions())
        .all()
        .get();
    held.get(0).acknowledgement().acknowledge();

    Set<String> again = new HashSet<>();
    while (!again.containsAll(List.of("two", "three"))) {
      Delivery delivery = probe.next();
      again.add(value(delivery));
      delivery.acknowledgement().acknowledge();
    }
    int partition = bus.partitionOf(new ThreadId("key"));
    BusProbe.await(
        "committed to the end", () -> buses.committed("thrown", topic, partition).orElse(0) == 3);
    held.forEach(delivery -> delivery.acknowledgement().acknowledge());
    BusProbe.await("every place free", () -> bus.inFlight() == 0);
  }

  private static void done(List<Delivery> batch, Set<String> seen) {
    for (Delivery delivery : batch) {
      seen.add(value(delivery));
      delivery.acknowledgement().acknowledge();
    }
  }
}
