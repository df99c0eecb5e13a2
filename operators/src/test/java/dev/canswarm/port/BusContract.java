package dev.canswarm.port;

import static dev.canswarm.port.BusProbe.AWAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What every {@link Bus} keeps to. Each test has topics, with {@link #PARTITIONS}, of its own. */
public abstract class BusContract {
  /** How many partitions every topic has. */
  protected static final int PARTITIONS = 4;

  private static final int ROOMY = 1_000;

  /** A process that has joined nothing yet. The subclass ends it after the test. */
  protected abstract Bus process(String groupId, int inFlightMax);

  /** At least two topics, empty at the start of each test. */
  protected abstract List<String> topics();

  /** The headers of a record in the log. */
  protected abstract SortedMap<String, String> headersOf(Delivery delivery);

  @Test
  void recordsOfOneKeyComeInTheOrderTheyWereSent() {
    Bus bus = process("order", ROOMY);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String value = "thread-" + i % 6 + "#" + i;
      sent.add(value);
      send(bus, topic(0), "thread-" + i % 6, value);
    }

    List<String> came = BusProbe.on(bus).next(60).stream().map(BusContract::value).toList();

    assertThat(came).containsExactlyInAnyOrderElementsOf(sent);
    for (int thread = 0; thread < 6; thread++) {
      String prefix = "thread-" + thread + "#";
      assertThat(came)
          .filteredOn(value -> value.startsWith(prefix))
          .containsExactlyElementsOf(sent.stream().filter(v -> v.startsWith(prefix)).toList());
    }
  }

  @Test
  void whatFollowsARecordThatIsNotDoneComesAgainWithIt() {
    Bus bus = process("redelivery", ROOMY);
    sendThree(bus);
    BusProbe first = BusProbe.on(bus);
    List<Delivery> three = first.next(3);

    three.get(1).acknowledgement().acknowledge();
    three.get(2).acknowledgement().acknowledge();
    first.cancel();

    assertThat(BusProbe.on(process("redelivery", ROOMY)).next(3))
        .extracting(BusContract::value)
        .containsExactly("one", "two", "three");
  }

  @Test
  void whatIsDoneFromTheFrontDoesNotComeAgain() {
    Bus bus = process("front", ROOMY);
    sendThree(bus);
    BusProbe first = BusProbe.on(bus);
    List<Delivery> three = first.next(3);

    three.get(1).acknowledgement().acknowledge();
    three.get(0).acknowledgement().acknowledge();
    first.cancel();

    BusProbe second = BusProbe.on(bus);
    assertThat(value(second.next())).isEqualTo("three");
    second.expectQuiet();
  }

  @Test
  void acknowledgingTwiceOrAfterTheEndChangesNothing() {
    Bus bus = process("late", ROOMY);
    sendThree(bus);
    BusProbe first = BusProbe.on(bus);
    List<Delivery> three = first.next(3);
    three.get(0).acknowledgement().acknowledge();
    three.get(0).acknowledgement().acknowledge();
    first.cancel();

    BusProbe second = BusProbe.on(bus);
    List<Delivery> again = second.next(2);
    three.get(1).acknowledgement().acknowledge();
    three.get(2).acknowledgement().acknowledge();
    again.get(1).acknowledgement().acknowledge();
    second.cancel();

    assertThat(BusProbe.on(bus).next(2))
        .extracting(BusContract::value)
        .containsExactly("two", "three");
  }

  @Test
  void takesNoMoreThanTheInFlightBoundUntilRecordsAreDone() {
    Bus bus = process("bound", 8);
    for (int i = 0; i < 40; i++) {
      send(bus, topic(i % 2), "key-" + i, "value-" + i);
    }
    BusProbe probe = BusProbe.on(bus);
    Set<String> seen = new HashSet<>();

    while (seen.size() < 40) {
      List<Delivery> window = probe.next(8);
      probe.expectQuiet();
      window.forEach(delivery -> seen.add(value(delivery)));
      for (int i = window.size() - 1; i >= 0; i--) {
        window.get(i).acknowledgement().acknowledge();
      }
    }

    assertThat(seen).hasSize(40);
    probe.expectQuiet();
  }

  @Test
  void takesNoMoreThanTheSubscriberAsksFor() {
    Bus bus = process("demand", ROOMY);
    for (int i = 0; i < 10; i++) {
      send(bus, topic(0), "key-" + i, "value-" + i);
    }
    BusProbe probe = BusProbe.on(bus, 3);

    probe.next(3);
    probe.expectQuiet();
    probe.request(2);
    probe.next(2);
    probe.expectQuiet();
  }

  @Test
  void nullKeysNullValuesAndHeadersArriveAsTheyWereSent() {
    Bus bus = process("nulls", ROOMY);
    SortedMap<String, String> headers =
        new TreeMap<>(Map.of("swarm-reason", "BAD_ID", "swarm-detail", "häßlich ✓", "empty", ""));
    BusProbe probe = BusProbe.on(bus);

    bus.send(new OutgoingRecord(topic(0), null, bytes("no key"), headers)).block(AWAIT);
    Delivery unkeyed = probe.next();
    bus.send(new OutgoingRecord(topic(1), bytes("tombstone"), null, new TreeMap<>())).block(AWAIT);
    Delivery tombstone = probe.next();
    bus.send(new OutgoingRecord(topic(1), null, null, new TreeMap<>())).block(AWAIT);
    Delivery nothing = probe.next();

    assertThat(unkeyed.topic()).isEqualTo(topic(0));
    assertThat(unkeyed.key()).isNull();
    assertThat(value(unkeyed)).isEqualTo("no key");
    assertThat(headersOf(unkeyed)).isEqualTo(headers);
    assertThat(tombstone.key()).isEqualTo(bytes("tombstone"));
    assertThat(tombstone.value()).isNull();
    assertThat(headersOf(tombstone)).isEmpty();
    assertThat(nothing.key()).isNull();
    assertThat(nothing.value()).isNull();
    assertThat(unkeyed.cluster()).isNotEmpty().isEqualTo(tombstone.cluster());
  }

  @Test
  void partitionOfSaysWhereARecordLands() {
    Bus bus = process("partition", ROOMY);
    List<String> keys =
        IntStream.range(0, 64).mapToObj(i -> "Thread:".substring(0, i % 8) + i + "_é").toList();
    BusProbe probe = BusProbe.on(bus);
    Flux.fromIterable(keys).concatMap(k -> bus.send(record(topic(0), k, k))).blockLast(AWAIT);

    List<Delivery> came = probe.next(keys.size());

    assertThat(came)
        .allSatisfy(d -> assertThat(d.partition()).isEqualTo(bus.partitionOf(value(d))));
    assertThat(came.stream().map(Delivery::partition).collect(Collectors.toSet()))
        .hasSize(PARTITIONS);
  }

  @Test
  void partitionOfIsMurmur2AsKafkaHasIt() {
    Bus bus = process("murmur", ROOMY);

    // (murmur2 & 0x7fffffff) % 4 of Kafka's own UtilsTest vectors: 21, foobar,
    // a-little-bit-long-string
    assertThat(bus.partitionOf("21")).isEqualTo((-973932308 & Integer.MAX_VALUE) % PARTITIONS);
    assertThat(bus.partitionOf("foobar")).isEqualTo((-790332482 & Integer.MAX_VALUE) % PARTITIONS);
    assertThat(bus.partitionOf("a-little-bit-long-string"))
        .isEqualTo((-985981536 & Integer.MAX_VALUE) % PARTITIONS);
    assertThat(bus.partitionOf("abc")).isEqualTo((479470107 & Integer.MAX_VALUE) % PARTITIONS);
  }

  @Test
  void processesOfDifferentGroupsEachSeeEverything() {
    Bus one = process("group-a", ROOMY);
    Bus other = process("group-b", ROOMY);
    BusProbe seenByOne = BusProbe.on(one);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sent.add("value-" + i);
      send(other, topic(i % 2), "key-" + i, "value-" + i);
    }
    BusProbe seenByOther = BusProbe.on(other);

    assertThat(seenByOne.next(12))
        .extracting(BusContract::value)
        .containsExactlyInAnyOrderElementsOf(sent);
    assertThat(seenByOther.next(12))
        .extracting(BusContract::value)
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void processesOfOneGroupShareThePartitionsOfAllTopics() {
    Bus one = process("shared", ROOMY);
    Bus other = process("shared", ROOMY);
    assertThat(one.assignedPartitions()).isEmpty();
    BusProbe seenByOne = BusProbe.on(one);
    BusProbe seenByOther = BusProbe.on(other);
    BusProbe.await(
        "two partitions each",
        () -> one.assignedPartitions().size() == 2 && other.assignedPartitions().size() == 2);

    assertThat(one.assignedPartitions()).doesNotContainAnyElementsOf(other.assignedPartitions());
    Set<String> sent = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      sent.add("value-" + i);
      send(one, topic(i % 2), "key-" + i, "value-" + i);
    }
    Set<String> came = new HashSet<>();
    BusProbe.await(
        "every record at one of them",
        () -> {
          came.addAll(drain(seenByOne, one.assignedPartitions()));
          came.addAll(drain(seenByOther, other.assignedPartitions()));
          return came.size() == 40;
        });
    assertThat(came).isEqualTo(sent);
  }

  @Test
  void aSecondSubscriptionAtATimeIsRefused() {
    Bus bus = process("twice", ROOMY);
    BusProbe.on(bus);

    assertThatThrownBy(() -> bus.deliveries().blockFirst(AWAIT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("subscription");
  }

  @Test
  void aPartitionIsFreeForOthersOnceTheSubscriptionIsCancelled() {
    Bus one = process("handover", ROOMY);
    Bus other = process("handover", ROOMY);
    BusProbe seenByOne = BusProbe.on(one);
    BusProbe.await("all assigned", () -> one.assignedPartitions().size() == PARTITIONS);
    BusProbe.on(other);
    BusProbe.await("half assigned", () -> other.assignedPartitions().size() == PARTITIONS / 2);

    seenByOne.cancel();

    BusProbe.await("all handed over", () -> other.assignedPartitions().size() == PARTITIONS);
    assertThat(one.assignedPartitions()).isEmpty();
  }

  @Test
  void everyAssignmentOfAPartitionHasANumberOfItsOwn() {
    Bus one = process("numbers", ROOMY);
    Bus other = process("numbers", ROOMY);
    assertThat(one.assignment(0)).isZero();
    BusProbe.on(one);
    BusProbe.await("all assigned", () -> one.assignedPartitions().size() == PARTITIONS);
    BusProbe seenByOther = BusProbe.on(other);
    BusProbe.await("half assigned", () -> other.assignedPartitions().size() == PARTITIONS / 2);
    int moved = other.assignedPartitions().iterator().next();
    assertThat(other.assignment(moved)).isPositive();
    assertThat(one.assignment(moved)).isZero();

    seenByOther.cancel();

    BusProbe.await("all back", () -> one.assignedPartitions().size() == PARTITIONS);
    long again = one.assignment(moved);
    assertThat(again).isPositive();
    assertThat(other.assignment(moved)).isZero();
    BusProbe third = BusProbe.on(process("numbers", ROOMY));
    BusProbe.await("half gone again", () -> one.assignment(moved) == 0);
    third.cancel();
    BusProbe.await("back again", () -> one.assignment(moved) > 0);
    assertThat(one.assignment(moved)).isGreaterThan(again);
  }

  private Set<String> drain(BusProbe probe, Set<Integer> assigned) {
    Set<String> values = new HashSet<>();
    while (probe.waiting() > 0) {
      Delivery delivery = probe.next();
      assertThat(assigned).contains(delivery.partition());
      values.add(value(delivery));
    }
    return values;
  }

  private void sendThree(Bus bus) {
    for (String value : List.of("one", "two", "three")) {
      send(bus, topic(0), "same-key", value);
    }
  }

  private String topic(int index) {
    return topics().get(index);
  }

  private static void send(Bus bus, String topic, String key, String value) {
    bus.send(record(topic, key, value)).block(AWAIT);
  }

  private static OutgoingRecord record(String topic, String key, String value) {
    return new OutgoingRecord(topic, bytes(key), bytes(value), new TreeMap<>());
  }

  private static String value(Delivery delivery) {
    return new String(Objects.requireNonNull(delivery.value()), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
