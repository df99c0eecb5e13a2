package dev.canswarm.port;

import static dev.canswarm.port.BusProbe.AWAIT;
import static dev.canswarm.port.BusRecords.message;
import static dev.canswarm.port.BusRecords.send;
import static dev.canswarm.port.BusRecords.value;
import static dev.canswarm.port.BusRecords.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.ThreadId;
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
import reactor.test.StepVerifier;

/**
 * The contract of every {@link Bus}. Each test has topics, with {@link #PARTITIONS}, of its own.
 */
public abstract class BusContract {
  /** How many partitions every topic has. */
  protected static final int PARTITIONS = 4;

  private static final int ROOMY = 1_000;
  private static final long ROOMY_BYTES = 1L << 30;

  /** A process that has joined nothing yet. The subclass ends it after the test. */
  protected abstract Bus process(String groupId, int inFlightMax, long inFlightBytesMax);

  /** The number of records that must fit into the room that is left before a batch is taken. */
  protected abstract int pollRecords();

  /** At least two topics, empty at the start of each test. */
  protected abstract List<String> topics();

  /** The headers of a record in the log. */
  protected abstract SortedMap<String, String> headersOf(Delivery delivery);

  private Bus process(String groupId) {
    return process(groupId, ROOMY, ROOMY_BYTES);
  }

  @Test
  void recordsOfOneKeyComeInTheOrderOfTheListsThatWereSent() {
    Bus bus = process("order");
    List<String> sent = new ArrayList<>();
    for (int list = 0; list < 5; list++) {
      List<OutgoingRecord> records = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String value = "thread-" + i % 6 + "#" + list + "." + i;
        sent.add(value);
        records.add(message(topic(0), "thread-" + i % 6, value));
      }
      bus.send(records).block(AWAIT);
    }

    List<String> came = values(BusProbe.on(bus).next(150));

    assertThat(came).containsExactlyInAnyOrderElementsOf(sent);
    for (int thread = 0; thread < 6; thread++) {
      String prefix = "thread-" + thread + "#";
      assertThat(came)
          .filteredOn(value -> value.startsWith(prefix))
          .containsExactlyElementsOf(sent.stream().filter(v -> v.startsWith(prefix)).toList());
    }
  }

  @Test
  void everyBatchHasAtLeastOneRecord() {
    Bus bus = process("filled");
    BusProbe probe = BusProbe.on(bus);
    for (int i = 0; i < 12; i++) {
      send(bus, topic(i % 2), "key-" + i, "value-" + i);
    }
    int records = 0;
    while (records < 12) {
      List<Delivery> batch = probe.nextBatch();
      assertThat(batch).isNotEmpty();
      records += batch.size();
    }
    assertThat(records).isEqualTo(12);
    probe.expectQuiet();
  }

  @Test
  void anEmptyListIsSentAtOnce() {
    StepVerifier.create(process("empty").send(List.of())).expectComplete().verify(AWAIT);
  }

  @Test
  void aListReachesAllItsTopics() {
    Bus bus = process("topics");
    bus.send(
            List.of(
                message(topic(0), "a", "one"),
                message(topic(1), "a", "two"),
                message(topic(0), "b", "three")))
        .block(AWAIT);
    assertThat(values(BusProbe.on(bus).next(3))).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void whatFollowsARecordThatIsNotDoneComesAgainWithIt() {
    Bus bus = process("redelivery");
    sendThree(bus);
    BusProbe first = BusProbe.on(bus);
    List<Delivery> three = first.next(3);

    three.get(1).acknowledgement().acknowledge();
    three.get(2).acknowledgement().acknowledge();
    first.cancel();

    assertThat(BusProbe.on(process("redelivery")).next(3))
        .extracting(BusRecords::value)
        .containsExactly("one", "two", "three");
  }

  @Test
  void whatIsDoneFromTheFrontDoesNotComeAgain() {
    Bus bus = process("front");
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
    Bus bus = process("late");
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
        .extracting(BusRecords::value)
        .containsExactly("two", "three");
  }

  @Test
  void demandCountsBatches() {
    Bus bus = process("demand");
    BusProbe probe = BusProbe.on(bus, 1);
    send(bus, topic(0), "a", "one");
    assertThat(values(probe.nextBatch())).containsExactly("one");
    send(bus, topic(0), "a", "two");
    probe.expectQuiet();
    probe.request(1);
    assertThat(values(probe.nextBatch())).containsExactly("two");
  }

  @Test
  void theLagOfAPartitionIsWhatIsKnownAndNotDelivered() {
    Bus bus = process("lag");
    int partition = bus.partitionOf(new ThreadId("a"));
    assertThat(bus.lag(topic(0), partition)).as("not assigned").isZero();
    BusProbe probe = BusProbe.on(bus, 1);
    send(bus, topic(0), "a", "one");
    probe.next();
    send(bus, topic(0), "a", "two");
    BusProbe.await("two is waited for", () -> bus.lag(topic(0), partition) > 0);
    probe.request(1);
    probe.next();
    probe.request(1);
    BusProbe.await("all was delivered", () -> bus.lag(topic(0), partition) == 0);
    assertThat(bus.lag("no such topic", partition)).isZero();
    bus.hold(Set.of(topic(0)));
    send(bus, topic(0), "a", "three");
    BusProbe.await("three is held", () -> bus.lag(topic(0), partition) > 0);
  }

  @Test
  void takesNoMoreRecordsThanTheBoundUntilSomeAreDone() {
    Bus bus = process("bound", 8, ROOMY_BYTES);
    for (int i = 0; i < 40; i++) {
      send(bus, topic(i % 2), "key-" + i, "value-" + i);
    }
    BusProbe probe = BusProbe.on(bus);
    Set<String> seen = new HashSet<>();
    while (seen.size() < 40) {
      List<Delivery> held = new ArrayList<>(probe.nextBatch());
      while (held.size() + seen.size() < 40 && held.size() <= 8 - pollRecords()) {
        held.addAll(probe.nextBatch());
      }
      assertThat(held).hasSizeLessThanOrEqualTo(8);
      probe.expectQuiet();
      for (int i = held.size() - 1; i >= 0; i--) {
        seen.add(value(held.get(i)));
        held.get(i).acknowledgement().acknowledge();
        held.get(i).acknowledgement().acknowledge();
      }
    }
    assertThat(seen).hasSize(40);
  }

  @Test
  void takesNothingMoreOnceTheBytesInFlightAreAtTheirBound() {
    Bus bus = process("bytes", ROOMY, 4_000);
    for (int i = 0; i < 40; i++) {
      send(bus, topic(0), "key", String.valueOf((char) ('a' + i % 26)).repeat(1_000));
    }
    BusProbe probe = BusProbe.on(bus);
    int seen = 0;
    while (seen < 40) {
      List<Delivery> held = new ArrayList<>(probe.nextBatch());
      while (seen + held.size() < 40 && bytes(held) < 4_000) {
        held.addAll(probe.nextBatch());
      }
      assertThat(bytes(held)).isLessThanOrEqualTo(8_000);
      probe.expectQuiet();
      held.forEach(delivery -> delivery.acknowledgement().acknowledge());
      seen += held.size();
    }
    assertThat(seen).isEqualTo(40);
  }

  @Test
  void aHeldTopicIsNotReadUntilItIsReleasedAndTheOthersAre() {
    Bus bus = process("hold");
    bus.hold(Set.of(topic(0)));
    BusProbe probe = BusProbe.on(bus);
    send(bus, topic(0), "a", "held");
    send(bus, topic(1), "a", "free");
    assertThat(values(probe.nextBatch())).containsExactly("free");
    probe.expectQuiet();

    bus.hold(Set.of(topic(1)));
    assertThat(values(probe.nextBatch())).containsExactly("held");
    send(bus, topic(1), "a", "later");
    probe.expectQuiet();

    bus.hold(Set.of());
    assertThat(values(probe.nextBatch())).containsExactly("later");
  }

  @Test
  void aTopicStaysHeldAfterARebalance() {
    Bus bus = process("hold-assigned");
    bus.hold(Set.of(topic(0)));
    for (int i = 0; i < 16; i++) {
      send(bus, topic(0), "key-" + i, "held");
      send(bus, topic(1), "key-" + i, "free");
    }
    BusProbe first = BusProbe.on(bus);
    assertThat(values(first.next(16))).containsOnly("free");
    Bus other = process("hold-assigned");
    BusProbe passing = BusProbe.on(other);
    BusProbe.await("half given up", () -> bus.assignedPartitions().size() == 2);
    passing.cancel();
    BusProbe.await("all back", () -> bus.assignedPartitions().size() == PARTITIONS);
    send(bus, topic(0), "key-0", "held");
    assertThat(values(first.nextBatch())).containsOnly("free");
    first.cancel();

    BusProbe second = BusProbe.on(bus);
    assertThat(values(second.nextBatch())).containsOnly("free");
  }

  @Test
  void nullKeysNullValuesAndHeadersArriveAsTheyWereSent() {
    Bus bus = process("nulls");
    SortedMap<String, String> headers =
        new TreeMap<>(Map.of("swarm-reason", "BAD_ID", "swarm-detail", "häßlich ✓", "empty", ""));
    BusProbe probe = BusProbe.on(bus);

    bus.send(new OutgoingRecord(topic(0), null, BusRecords.bytes("no key"), headers)).block(AWAIT);
    Delivery unkeyed = probe.next();
    bus.send(new OutgoingRecord(topic(1), BusRecords.bytes("tombstone"), null, new TreeMap<>()))
        .block(AWAIT);
    Delivery tombstone = probe.next();
    bus.send(new OutgoingRecord(topic(1), null, null, new TreeMap<>())).block(AWAIT);
    Delivery nothing = probe.next();

    assertThat(unkeyed.topic()).isEqualTo(topic(0));
    assertThat(unkeyed.key()).isNull();
    assertThat(value(unkeyed)).isEqualTo("no key");
    assertThat(headersOf(unkeyed)).isEqualTo(headers);
    assertThat(tombstone.key()).isEqualTo(BusRecords.bytes("tombstone"));
    assertThat(tombstone.value()).isNull();
    assertThat(headersOf(tombstone)).isEmpty();
    assertThat(nothing.key()).isNull();
    assertThat(nothing.value()).isNull();
    assertThat(unkeyed.cluster()).isNotEmpty().isEqualTo(tombstone.cluster());
  }

  @Test
  void aTraceparentArrivesIfItHasItsLength() {
    Bus bus = process("traced");
    BusProbe probe = BusProbe.on(bus);
    String whole = "00-" + "0af7651916cd43dd".repeat(2) + "-b7ad6b7169203331-01";
    for (String header : List.of(whole, whole + "-", "")) {
      bus.send(BusRecords.message(topic(0), "key", "v").with(Delivery.TRACEPARENT, header))
          .block(AWAIT);
    }
    assertThat(probe.next().traceparent()).isEqualTo(BusRecords.bytes(whole));
    assertThat(probe.next().traceparent()).isNull();
    assertThat(probe.next().traceparent()).isNull();
  }

  @Test
  void partitionOfSaysWhereARecordLands() {
    Bus bus = process("partition");
    List<String> keys =
        IntStream.range(0, 64).mapToObj(i -> "Thread:".substring(0, i % 8) + i + "_é").toList();
    BusProbe probe = BusProbe.on(bus);
    Flux.fromIterable(keys).concatMap(k -> bus.send(message(topic(0), k, k))).blockLast(AWAIT);

    List<Delivery> came = probe.next(keys.size());

    assertThat(came)
        .allSatisfy(
            d -> assertThat(d.partition()).isEqualTo(bus.partitionOf(new ThreadId(value(d)))));
    assertThat(came.stream().map(Delivery::partition).collect(Collectors.toSet()))
        .hasSize(PARTITIONS);
  }

  @Test
  void partitionOfIsMurmur2AsKafkaHasIt() {
    Bus bus = process("murmur");

    // (murmur2 & 0x7fffffff) % 4 of Kafka's own UtilsTest vectors: 21, foobar,
    // a-little-bit-long-string
    assertThat(bus.partitionOf(new ThreadId("21")))
        .isEqualTo((-973932308 & Integer.MAX_VALUE) % PARTITIONS);
    assertThat(bus.partitionOf(new ThreadId("foobar")))
        .isEqualTo((-790332482 & Integer.MAX_VALUE) % PARTITIONS);
    assertThat(bus.partitionOf(new ThreadId("a-little-bit-long-string")))
        .isEqualTo((-985981536 & Integer.MAX_VALUE) % PARTITIONS);
    assertThat(bus.partitionOf(new ThreadId("abc")))
        .isEqualTo((479470107 & Integer.MAX_VALUE) % PARTITIONS);
  }

  @Test
  void processesOfDifferentGroupsEachSeeEverything() {
    Bus one = process("group-a");
    Bus other = process("group-b");
    BusProbe seenByOne = BusProbe.on(one);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sent.add("value-" + i);
      send(other, topic(i % 2), "key-" + i, "value-" + i);
    }
    BusProbe seenByOther = BusProbe.on(other);

    assertThat(seenByOne.next(12))
        .extracting(BusRecords::value)
        .containsExactlyInAnyOrderElementsOf(sent);
    assertThat(seenByOther.next(12))
        .extracting(BusRecords::value)
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void processesOfOneGroupShareThePartitionsOfAllTopics() {
    Bus one = process("shared");
    Bus other = process("shared");
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
    Bus bus = process("twice");
    BusProbe.on(bus);

    assertThatThrownBy(() -> bus.batches().blockFirst(AWAIT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("subscription");
  }

  @Test
  void aPartitionIsFreeForOthersOnceTheSubscriptionIsCancelled() {
    Bus one = process("handover");
    Bus other = process("handover");
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
    Bus one = process("numbers");
    Bus other = process("numbers");
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
    BusProbe third = BusProbe.on(process("numbers"));
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

  private static long bytes(List<Delivery> records) {
    return records.stream().mapToLong(one -> Objects.requireNonNull(one.value()).length).sum();
  }
}
